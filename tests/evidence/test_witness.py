"""Witnesses keep heads that the installation signed, refuse what does not extend them, and show a contradiction to everybody."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading

import pytest
from django.utils import timezone

from dure.__main__ import main
from dure.connectors.witnesses import http
from dure.cycle.evidence import heads, witnesses
from dure.cycle.evidence.exporting import export
from dure.evidence.signatures import statements
from dure.evidence.signatures.log import GENESIS, extended
from dure.evidence.signatures.signing import new_private_key, public_key, sign
from dure.evidence.witness.__main__ import main as witness_main
from dure.evidence.witness.keeping import Witness, begin
from dure.evidence.witness.serving import Server
from dure.formats.errors import BadInput
from programme import ROOT

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
KEY = new_private_key()
LEAVES = [f"{n:064x}" for n in range(1, 8)]


def head(size, leaves=LEAVES, *, key=KEY, **other):
    """A signed head of a log of that many leaves."""
    last = extended(GENESIS, leaves[:size])
    told = {"programme": "p", "size": size, "last": last, "entries": 0, "entry_hash": GENESIS, "at": "2026-06-01T00:00:00Z"}
    statement = statements.text(statements.head(**{**told, "public": public_key(key), **other}))
    return statement, sign(key, statement).signature


@pytest.fixture
def witness(tmp_path):
    return begin(tmp_path / "witness", name="university", programme="p", installation=public_key(KEY))


def see(witness, size, between=None, **about):
    return witness.see(*head(size, **about), between, at=NOW)


def test_the_first_head_is_taken_and_the_next_needs_what_lies_between(witness):
    assert see(witness, 2).said == "taken"
    assert see(witness, 5) == ("leaves_needed", {"after": 2})
    assert see(witness, 5, LEAVES[2:5]).said == "taken"
    assert [json.loads(line["statement"])["size"] for line in witness.lines()] == [2, 5]


def test_the_same_head_gets_the_same_receipt(witness):
    first = see(witness, 2)
    assert see(witness, 2) == first
    assert len(witness.lines()) == 1


FORGED = [LEAVES[0], f"{99:064x}", *LEAVES[2:]]


@pytest.mark.parametrize(
    ("size", "between", "about", "why"),
    [
        (3, None, {}, "tail was cut off"),
        (4, None, {"leaves": FORGED}, "a fork"),
        (6, FORGED[4:6], {"leaves": FORGED}, "rewritten"),
        (6, LEAVES[4:5], {}, "rewritten"),
        (6, ["x", "y"], {}, "rewritten"),
        (5, LEAVES[4:5], {"key": new_private_key()}, "installation's key"),
        (5, LEAVES[4:5], {"programme": "other"}, "no head of this programme"),
    ],
)
def test_what_does_not_extend_is_refused_and_kept(witness, size, between, about, why):
    see(witness, 4)
    answer = see(witness, size, between, **about)
    assert answer.said == "refused"
    assert why in answer.body["why"]
    assert len(witness.lines()) == 1
    assert why in (witness.folder / "refused.jsonl").read_text()


def test_the_log_outlives_the_process(witness):
    see(witness, 2)
    again = Witness(witness.folder)
    assert again.public == witness.public
    assert see(again, 4, LEAVES[2:4]).said == "taken"


def test_its_command_makes_a_witness_and_takes_a_head_from_a_file(tmp_path, capsys):
    folder = ["--folder", str(tmp_path / "w")]
    assert witness_main([*folder, "init", "--name", "press", "--programme", "p", "--installation", public_key(KEY)]) == 0
    public = capsys.readouterr().out.strip()
    statement, signature = head(2)
    (tmp_path / "head.json").write_text(json.dumps({"statement": statement, "signature": signature}))
    assert witness_main([*folder, "see", str(tmp_path / "head.json")]) == 0
    assert json.loads(json.loads(capsys.readouterr().out)["receipt"])["public"] == public
    assert witness_main([*folder, "init", "--name", "x", "--programme", "p", "--installation", "k"]) == 2


@pytest.fixture
def serving(tmp_path, monkeypatch, world):
    """An installation with a key and two witnesses on the network."""
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    public = heads.make_installation_key()
    made = [begin(tmp_path / name, name=name, programme=world.book.programme, installation=public) for name in ("one", "two")]
    servers = [Server(each, "127.0.0.1", 0) for each in made]
    threads = [threading.Thread(target=each.serve_forever) for each in servers]
    for each in threads:
        each.start()
    known = [
        {"name": each.name, "url": f"http://127.0.0.1:{server.server_port}", "public": each.public}
        for each, server in zip(made, servers, strict=True)
    ]
    (tmp_path / "home" / "witnesses.json").write_text(json.dumps(known))
    yield world, made, known
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def published(world):
    return heads.publish(heads.installation_key(), programme=world.book.programme, at=timezone.now())


def pay(world, reference):
    world.act("record_payment", "2026-06-10", invoice=world.invoice, reference=reference, amount=1, received_on="2026-06-10")


def test_heads_go_to_witnesses_and_their_receipts_come_back(serving):
    world, made, _known = serving
    assert witnesses.remark(timezone.now()), "nobody has signed yet"
    first = published(world)
    assert witnesses.send(first, to=witnesses.peers()) == {"one": "", "two": ""}
    pay(world, "bank-9")
    second = published(world)
    assert second.size == first.size + 1
    assert witnesses.send(second, to=witnesses.peers()) == {"one": "", "two": ""}
    assert [len(each.lines()) for each in made] == [2, 2]
    assert witnesses.remark(timezone.now()) == ""
    assert witnesses.remark(timezone.now() + dt.timedelta(hours=2)).startswith("0 of at least 2 witnesses")


def test_compare_heads_says_the_first_contradiction(serving, capsys):
    world, made, known = serving
    witnesses.send(published(world), to=witnesses.peers())
    addresses = [each["url"] for each in known]
    assert main(["compare-heads", *addresses]) == 0
    assert "1 heads agree" in capsys.readouterr().out
    from database import unguarded
    from dure.records.evidence.models import Leaf
    from dure.records.journal.models import Act

    with unguarded():  # with the owner's rights: an act is rewritten, or the newest is taken away with its leaf
        Act.objects.filter(command="record_payment").update(about="invoice/other")
    assert main(["compare-heads", str(made[0].folder / "log.jsonl")]) == 1
    assert "rewritten" in capsys.readouterr().out
    with unguarded():
        Leaf.objects.order_by("-place").first().delete()
    assert main(["compare-heads", addresses[0]]) == 1
    assert "cut_tail" in capsys.readouterr().out


def altered(log, folder, line=-1, **changes):
    """A copy of that witness's log in which one line is another."""
    lines = [json.loads(each) for each in log.read_bytes().splitlines()]
    lines[line] |= changes
    copy = folder / "altered.jsonl"
    copy.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return str(copy)


def other_receipt(line, key, **changes):
    told = json.loads(line["receipt"]) | changes
    receipt = statements.text(told | ({"public": public_key(key)} if key else {}))
    return {"receipt": receipt} | ({"receipt_signature": sign(key, receipt).signature} if key else {})


def test_compare_heads_believes_nothing_that_is_not_signed(serving, capsys, tmp_path):
    world, made, known = serving
    witnesses.send(published(world), to=witnesses.peers())
    pay(world, "bank-12")
    witnesses.send(published(world), to=witnesses.peers())
    log, none = made[0].folder / "log.jsonl", "A" * 86
    first = made[0].lines()[0]
    forged = (
        ({"signature": none, "receipt_signature": none}, "forged_head"),
        ({"receipt_signature": none}, "forged_receipt"),
        (other_receipt(first, None, hash="b" * 64), "forged_receipt"),
        (other_receipt(first, new_private_key(), hash="b" * 64), "other_statement"),
        ({"receipt": first["statement"]}, "other_statement"),
        ({"receipt": "{}"}, "unreadable"),
    )
    for changes, code in forged:
        assert main(["compare-heads", altered(log, tmp_path, line=0, **changes)]) == 1
        said = capsys.readouterr().out
        assert code in said
        assert "line 1" in said
    stranger = altered(log, tmp_path, line=1, **other_receipt(made[0].lines()[1], new_private_key()))
    assert main(["compare-heads", stranger]) == 0, "nothing says whose key it is"
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps({"witnesses": {each["name"]: each["public"] for each in known}}))
    assert main(["compare-heads", "--trust", str(trust), stranger]) == 1
    assert "line 2" in capsys.readouterr().out.splitlines()[-1]
    log.write_bytes((tmp_path / "altered.jsonl").read_bytes())
    assert main(["compare-heads", known[0]["url"]]) == 1, "its key stands in witnesses.json"
    assert "forged_receipt" in capsys.readouterr().out


def test_an_export_and_a_log_are_compared_without_an_installation(serving, tmp_path):
    world, made, _known = serving
    witnesses.send(published(world), to=witnesses.peers())
    path, log = tmp_path / "evidence.zip", made[0].folder / "log.jsonl"
    with path.open("wb") as file:
        export(file, book=world.book, at=timezone.now(), key=heads.installation_key())

    def compare(log):
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
        surroundings = kept | {"PYTHONPATH": str(ROOT / "src"), "DURE_HOME": str(tmp_path / "nowhere")}
        command = [sys.executable, "-m", "dure", "compare-heads", "--export", str(path), str(log)]
        return subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)

    done = compare(log)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{log}: 1 heads agree\n", "")
    done = compare(altered(log, tmp_path, signature="A" * 86))
    assert (done.returncode, done.stderr) == (1, "")
    assert "forged_head" in done.stdout


def test_a_rewritten_log_is_refused_by_every_witness(serving):
    world, _made, _known = serving
    witnesses.send(published(world), to=witnesses.peers())
    from database import unguarded
    from dure.records.evidence.models import Head, Leaf, Receipt
    from dure.records.journal.models import Act

    with unguarded():
        Act.objects.filter(command="record_payment").update(about="invoice/other")
        for table in (Receipt, Head, Leaf):
            table.objects.all().delete()
    pay(world, "bank-10")
    assert all("rewritten" in why for why in witnesses.send(published(world), to=witnesses.peers()).values())


def test_a_head_that_lies_nowhere_on_the_log_stops_no_other(serving):
    """One from before the database refused it."""
    world, _made, _known = serving
    from database import unguarded
    from dure.records.evidence import queries
    from dure.records.evidence.models import Head

    with unguarded():
        Head.objects.create(size=99999999, hash="a" * 64, at=timezone.now(), statement="{}", signature="x")
    first = published(world)
    assert (published(world), queries.last_head()) == (first, first)
    pay(world, "bank-11")
    assert published(world).size == first.size + 1


def test_a_receipt_by_a_clock_that_is_wrong_is_not_kept(serving, monkeypatch):
    world, _made, _known = serving
    first = published(world)
    monkeypatch.setattr(witnesses.timezone, "now", lambda: NOW - dt.timedelta(days=1))
    assert all("set both clocks" in why for why in witnesses.send(first, to=witnesses.peers()).values())
    assert not first.receipts.exists()


def test_nobody_at_the_other_end_is_said(serving):
    world, _made, known = serving
    gone = witnesses.Peer("gone", "http://127.0.0.1:9", "ed25519:x")
    stranger = witnesses.Peer("one", known[0]["url"], public_key(new_private_key()))
    wrong = witnesses.send(published(world), to=[gone, stranger])
    assert "no witness answers" in wrong["gone"]
    assert wrong["one"] == "its receipt is not signed with its published key"
    with pytest.raises(BadInput, match="https"):
        http.read_log("http://witness.example")
    assert http.hand_in(known[0]["url"], statement="x", signature="y").status == 422


@pytest.mark.usefixtures("serving")
def test_a_broken_list_of_witnesses_is_said_before_anything_is_signed(tmp_path, capsys):
    (tmp_path / "home" / "witnesses.json").write_text('[{"name": "one"}]')
    assert main(["heads", "publish"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "is no list of witnesses" in said.err
    from dure.records.evidence.models import Head

    assert not Head.objects.exists()


@pytest.mark.usefixtures("serving")
def test_whoever_has_no_witness_is_told_to_ask_for_two(tmp_path):
    assert witnesses.missing() == ""
    (tmp_path / "home" / "witnesses.json").unlink()
    assert witnesses.remark(timezone.now()) == ""
    assert witnesses.missing().startswith("nobody outside keeps the heads of the log: ask 2 organisations")


@pytest.mark.usefixtures("serving")
def test_the_key_is_private_and_made_once():
    path = heads.key_file()
    assert path.stat().st_mode & 0o077 == 0
    assert heads.make_installation_key() == heads.make_installation_key()
