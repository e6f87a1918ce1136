"""One file holds all that can be verified, the same bytes each time, without a name, and `dure verify` finds nothing wrong."""

import hashlib
import io
import json
import random
import zipfile

import msgspec
import pytest
from django.db import connection
from django.utils import timezone

import forging
from cycle.test_second_of_everything import bill, everything_again, supplement
from database import unguarded
from dure.__main__ import main
from dure.cycle.evidence.exporting import export
from dure.cycle.evidence.heads import publish
from dure.evidence.archive import FORMAT, Archive
from dure.evidence.holding import HASHED, Cache
from dure.evidence.signatures.signing import new_private_key, public_key
from dure.evidence.trust import Trust
from dure.evidence.verifying import verify
from dure.formats.canonical import canonical_bytes, digest
from dure.formats.versions import AMOUNTS
from dure.records.parties.models import Organisation, Person
from world import MONTH, NOW, grant, iso, moment

CACHE = Cache(shared=True)
LISTED = {
    "journal", "rules", "acts", "roles", "keys", "signed_answers", "log", "heads", "receipts", "proposals", "sheets",
    "agreements", "orders", "grants", "leases", "usage", "invoices", "invoice_lines", "payments", "payments_received", "awards",
}  # fmt: skip


def text_of(path):
    with zipfile.ZipFile(path) as file:
        return "\n".join(file.read(name).decode() for name in file.namelist())


@pytest.fixture(scope="module")
def report(exported):
    """What the verifier says of the programme, against all that was published."""
    return verify(Archive(exported.file), exported.trust, cache=CACHE)


def test_the_programme_verifies_against_what_was_published(report):
    assert list(map(str, report.findings)) == []
    assert set(report.counts) >= LISTED
    assert report.counts["signed_answers"] == 18
    assert not [each for each in report.remarks if "left out" not in each], "nothing else was left unjudged"


def test_the_same_database_makes_the_same_bytes(exported):
    assert exported.file.read_bytes() == exported.file.with_name("again.zip").read_bytes()


@pytest.mark.usefixtures("report")
def test_the_whole_leaves_nothing_out(exported):
    report = verify(Archive(exported.file.with_name("whole.zip")), exported.trust, cache=CACHE)
    assert (report.findings, report.remarks) == ((), ())


@pytest.mark.long
def test_the_command_says_so(exported, capsys, tmp_path):
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps({"installation": [exported.public], "rule_books": list(exported.trust.rule_books)}))
    logs = [word for each in exported.witnesses for word in ("--witness", str(each.folder / "log.jsonl"))]
    assert main(["verify", str(exported.file), "--trust", str(trust), *logs]) == 0
    assert "everything that could be judged holds" in capsys.readouterr().out
    trust.write_text(json.dumps({"installation": [public_key(new_private_key())]}))
    assert main(["verify", str(exported.file), "--trust", str(trust), "--json"]) == 1
    assert {each["code"] for each in json.loads(capsys.readouterr().out)["findings"]} == {"foreign_key"}


def test_a_file_that_is_none_is_refused_with_a_sentence(tmp_path, capsys):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a", "b")
    assert main(["verify", str(path)]) == 2
    assert "is no export of evidence" in capsys.readouterr().err


def test_the_command_names_a_foreign_key(world, tmp_path, capsys):
    key, path, trust = new_private_key(), tmp_path / "evidence.zip", tmp_path / "trust.json"
    path.write_bytes(exported_here(world, key=key)[0].getvalue())
    trust.write_text(json.dumps({"installation": [public_key(new_private_key())]}))
    assert main(["verify", str(path), "--trust", str(trust)]) == 1
    said = capsys.readouterr().out
    assert "manifest, public: expected one of" in said
    assert "1 faults" in said


def exported_here(world, **options):
    file = io.BytesIO()
    made = export(file, book=world.book, **{"at": timezone.now(), **options})
    return file, made


def test_another_programme_verifies_without_keys_and_with_open_business(world):
    """An appeal, decisions that wait, a refusal, a panel that still judges and a call that is open: none is a false alarm."""
    file, made = exported_here(world)
    report = verify(Archive(file), Trust())
    assert list(map(str, report.findings)) == []
    assert made.entries == report.counts["journal"]
    assert any("no key" in each for each in report.remarks)
    assert any("no signature" in each for each in report.remarks)


def test_a_second_time_of_everything_is_no_false_alarm(world):
    """Second call, round and month; a supplementary plan from edited facts; a month corrected, its lines reversed."""
    world.act("return_servers", "2026-06-10", by="lab-1", grant=grant("a-lab"))
    everything_again(world)
    supplement(world)
    bill(world, MONTH, "2026-07-15", hours=40)
    world.act(
        "amend_agreement", "2026-07-16", agreement="call-1-alpha", agreed_on="2026-07-16", reason="변경", own_use_share="0.3"
    )
    world.act("give_role", "2026-07-16", person="nobody", desk="auditor", until=iso("2026-08-01"))
    world.act("confirm_role", "2026-07-17", by="ministry-1", person="nobody", desk="auditor")
    world.act("end_role", "2026-07-18", person="nobody", desk="auditor")
    world.act("close_account", "2026-07-18", person="operator-2")
    file, _made = exported_here(world)
    report = verify(Archive(file), Trust())
    assert list(map(str, report.findings)) == []
    assert report.counts["invoices"] > 3
    assert any("were edited" in each for each in report.remarks)


def test_what_is_recorded_after_a_head_is_said_to_be_younger(world):
    key = new_private_key()
    publish(key, programme=world.book.programme, at=moment("2026-06-09"))
    world.act("record_payment", "2026-06-10", invoice=world.invoice, reference="bank-2", amount=10, received_on="2026-06-10")
    file, _made = exported_here(world, key=key)
    report = verify(Archive(file), Trust(installation=(public_key(key),)))
    assert report.findings == ()
    assert any("younger than the last head" in each for each in report.remarks)


def test_no_name_and_no_address_is_in_it(world):
    Person.objects.update(email="somebody@example.kr", name={"ko": "홍길동"})
    Organisation.objects.update(name={"ko": "기관의 이름"})
    file, _made = exported_here(world)
    text = text_of(file)
    for word in ("somebody@example.kr", "홍길동", "기관의 이름", "이의 있습니다", "준비 중이었습니다", "lab-user"):
        assert word not in text, word


def test_what_is_sealed_stays_sealed(world):
    """Of a call that is open, nobody learns who proposes; of a panel that judges, nobody learns what."""
    file, _made = exported_here(world, at=moment(NOW))
    archive = Archive(file)
    acts = [json.loads(line) for line in archive.lines("acts")]
    proposals = [json.loads(line)["id"] for line in archive.lines("proposals")]
    assert proposals == ["call-1-alpha", "call-1-beta"]
    assert not [each for each in acts if each.get("about", "").startswith("proposal/call-2")]
    assert len([each for each in acts if set(each) == {"act", "leaf"}]) == 3
    assert verify(archive, Trust()).findings == ()


@pytest.mark.parametrize("rows", [200, 20_000])
def test_reading_is_by_pieces(rows, world, django_assert_max_num_queries):
    """However many rows there are, no more are held than a piece; so the number of statements does not grow either."""
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO operation_dailyuse (grant_id, day, utilisation) SELECT 'round-1/a-lab', date '2030-01-01' + n, 0 "
            "FROM generate_series(1, %s) n", [rows],
        )  # fmt: skip
    with django_assert_max_num_queries(140):
        exported_here(world)


def test_an_export_from_before_amounts_were_named_as_now_verifies(exported, evidence):
    before = {now: then for then, now in AMOUNTS.items()}
    case = forging.Case(evidence, random.Random(1))
    for name in set(evidence.order) - HASHED - {"rules", "rule_books"}:
        case.parts[name] = [{before.get(key, key): value for key, value in row.items()} for row in case.rows(name)]
    assert {"won", "billed_won"} <= {key for rows in case.parts.values() for row in rows[:1] for key in row}
    case.manifest_changes = {"evidence": FORMAT}
    assert case.report(exported.trust).findings, "read as of today's format it must not hold"
    case.manifest_changes = {"evidence": 1}
    assert list(map(str, case.report(exported.trust).findings)) == []


def with_two_books(exported, evidence):
    """The same evidence, when a later book without one rule and with another value was adopted since; and whom to trust."""
    case = forging.Case(evidence, random.Random(1))
    then = {each["rule"]: each["values"] for each in case.rows("rules")}
    now = {name: values for name, values in then.items() if name != "burden/package_gpus"}
    now["budget/rounding_unit"] = [{**each, "value": 7} for each in then["budget/rounding_unit"]]
    adopted = {"2025-01-01T00:00:00+00:00": {"head": {}, "rules": then}, "2035-01-01T00:00:00+00:00": {"head": {}, "rules": now}}
    case.parts["rules"] = [{"rule": name, "values": values} for name, values in sorted(now.items())]
    case.parts["rule_books"] = [{"digest": digest(c), "adopted_at": at, "content": c} for at, c in adopted.items()]
    lines = b"".join(canonical_bytes(row) + b"\n" for row in case.parts["rules"])
    published = (*exported.trust.rule_books, hashlib.sha256(lines).hexdigest())
    return case, msgspec.structs.replace(exported.trust, rule_books=published)


def test_decisions_are_held_against_the_book_of_their_time(exported, evidence):
    case, trust = with_two_books(exported, evidence)
    assert list(map(str, case.report(trust).findings)) == []
    case.parts["rule_books"] = case.parts["rule_books"][1:]
    codes = {each.code for each in case.report(trust).findings}
    assert {"invented_rule", "other_rule"} <= codes, "the naive reading: everything by the book of now"


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (lambda rows: rows[0]["content"]["rules"]["budget/rounding_unit"][0].update(value=1), "changed_rule_book"),
        (lambda rows: rows.pop(), "other_rule_book"),
        (lambda rows: rows[1]["content"]["rules"].pop("budget/line_weights"), "other_rule_book"),
    ],
)
def test_a_forged_history_of_books_is_found(forge, code, exported, evidence):
    case, trust = with_two_books(exported, evidence)
    forge(case.rows("rule_books"))
    assert code in {each.code for each in case.report(trust).findings}


def test_a_book_that_was_never_published_is_found_behind_a_published_one(exported, evidence):
    case, _ = with_two_books(exported, evidence)
    findings = case.report(exported.trust).findings
    assert {each.code for each in findings} == {"unknown_rule_book"}
