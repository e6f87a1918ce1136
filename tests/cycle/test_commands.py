"""The promises of `dure decide` and `dure check` for every stage's sample: right, checked, repeatable, blind to order, firm."""

import copy
import functools
import json

import jsonschema
import pytest

from dure.__main__ import main
from dure.cycle.deciding import check, decide, open_book
from dure.formats.canonical import canonical_bytes, plain
from dure.formats.stages import DECISIONS
from dure.rules.book import DEFAULT
from programme import ROOT
from shuffling import shuffled

BOOK = open_book(DEFAULT)


@functools.cache
def decided(stage):
    """The bytes of the recommendation on the stage's sample, decided once for all tests."""
    raw = json.loads((ROOT / "examples" / f"{stage}.facts.json").read_text())
    return canonical_bytes(plain(decide(stage, raw, book=BOOK).recommendation))


@pytest.fixture(params=DECISIONS)
def stage(request):
    return request.param


def command(*words, capsys):
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


def test_decide_then_check_holds_and_two_runs_give_the_same_bytes(stage, tmp_path, capsys):
    facts = ROOT / "examples" / f"{stage}.facts.json"
    made = tmp_path / "made.json"
    assert command("decide", stage, facts, "--out", made, capsys=capsys)[0] == 0
    assert canonical_bytes(json.loads(made.read_bytes())) == decided(stage)
    code, out, _ = command("check", stage, facts, made, capsys=capsys)
    assert code == 0, out


def test_shuffling_every_list_changes_nothing_but_the_digest(stage, example):
    made = json.loads(decided(stage))
    mixed = shuffled(example(stage), seed=1)
    again = plain(decide(stage, mixed, book=BOOK).recommendation)
    assert check(stage, mixed, again, book=BOOK) == []
    assert canonical_bytes({**again, "facts_digest": ""}) == canonical_bytes({**made, "facts_digest": ""})


def test_files_fit_the_schemas_that_are_printed(stage, example, capsys):
    made = json.loads(decided(stage))
    for part, value in (("facts", example(stage)), ("recommendation", made)):
        _, printed, _ = command("schema", stage, part, capsys=capsys)
        schema = json.loads(printed)
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(value, schema)


def test_check_finds_a_recommendation_of_other_facts_and_other_rules(stage, example):
    raw = example(stage)
    made = json.loads(decided(stage))
    assert "wrong_facts" in {fault.code for fault in check(stage, {**raw, "on": "2026-04-01"}, made, book=BOOK)}
    made["rules_read"][0]["status"] = "enacted" if made["rules_read"][0]["status"] == "assumed" else "assumed"
    assert "wrong_rules" in {fault.code for fault in check(stage, raw, made, book=BOOK)}


def spoilt(raw):
    """Facts with one thing wrong: a key too many, one too few, a wrong type, a duplicate, an impossible value."""
    yield "unknown key", {**raw, "colour": "red"}
    yield "other stage", {**raw, "stage": "weather"}
    yield "other version", {**raw, "version": 99}
    yield "a list", [raw]
    yield "nothing", {}
    for key, value in raw.items():
        if key in {"stage", "version"}:
            continue
        yield f"{key}: nested text", {**raw, key: {"a": [[[["deep"]]]]}}
        yield f"{key}: true", {**raw, key: True}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{key}: unknown key inside", {**raw, key: [{**value[0], "colour": "red"}, *value[1:]]}
            for name, inner in value[0].items():
                if isinstance(inner, int) and not isinstance(inner, bool):
                    yield f"{key}.{name}: negative", {**raw, key: [{**value[0], name: -(2**40)}, *value[1:]]}
            if "id" in value[0] and (raw["stage"], key) != ("metering", "jobs"):  # records sent twice count once
                yield f"{key}: duplicate id", {**raw, key: [*value, copy.deepcopy(value[0])]}


def test_spoilt_facts_get_exit_2_one_message_and_no_file(stage, example, tmp_path, capsys):
    facts, out = tmp_path / "facts.json", tmp_path / "out.json"
    for what, value in spoilt(example(stage)):
        facts.write_text(json.dumps(value))
        code, printed, said = command("decide", stage, facts, "--out", out, capsys=capsys)
        assert code == 2, f"{stage}, {what}: exit {code}: {said}"
        assert printed == ""
        assert said.count("\n") == 1, f"{stage}, {what}: {said}"
        assert not out.exists()


def test_spoilt_recommendations_are_refused_or_found(stage, tmp_path, capsys):
    facts, made = ROOT / "examples" / f"{stage}.facts.json", tmp_path / "made.json"
    for text in ("", "[]", "{}", '{"stage": "x"}', "[" * 5000):
        made.write_text(text)
        assert command("check", stage, facts, made, capsys=capsys)[0] == 2
    whole = json.loads(decided(stage))
    made.write_text(json.dumps({**whole, "stage": "weather"}))
    assert command("check", stage, facts, made, capsys=capsys)[0] == 1


def test_commands_that_cannot_run_say_why(tmp_path, capsys):
    for words, expected in (
        (["decide", "shares", tmp_path / "none.json"], "cannot be read"),
        (["decide", "shares", ROOT / "examples" / "budget.facts.json"], "not 'shares'"),
        (["decide", "shares", ROOT / "examples" / "shares.facts.json", "--programme", tmp_path], "programme.yaml"),
        (["decide", "shares", ROOT / "examples" / "shares.facts.json", "--on", "1999-01-01"], "no value in force"),
        (["decide", "shares", ROOT / "examples" / "shares.facts.json", "--out", tmp_path / "no" / "such.json"], "No such file"),
        (["verify", tmp_path / "none.jsonl"], "cannot be read"),
        (["rules", "check", tmp_path], "programme.yaml"),
    ):
        code, printed, said = command(*words, capsys=capsys)
        assert (code, printed) == (2, "")
        assert expected in said
    with pytest.raises(SystemExit) as stopped:
        main(["decide", "weather", "x.json"])
    assert stopped.value.code == 2
    with pytest.raises(SystemExit) as stopped:
        main(["decide", "shares", "x.json", "--on", "2026-02-30"])
    assert stopped.value.code == 2


def test_rules_are_shown_with_their_sources(capsys):
    code, printed, _ = command("rules", "show", "--on", "2026-04-01", "--json", capsys=capsys)
    shown = json.loads(printed)
    assert code == 0
    assert {each["status"] for each in shown} == {"enacted", "assumed"}
    assert all(each["source"]["name"] for each in shown)


def test_infeasible_facts_end_with_3(tmp_path, capsys):
    facts = json.loads((ROOT / "examples" / "shares.facts.json").read_text())
    for sector, current in zip(facts["sectors"], ("0", "0", "1"), strict=True):
        sector["current"] = current
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts))
    code, printed, said = command("decide", "shares", path, capsys=capsys)
    assert (code, printed) == (3, "")
    assert "no feasible answer" in said
