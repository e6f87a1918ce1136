"""Tables: wrong ones are refused with file, line and example; right ones read the same to decision and checker."""

import itertools
import re
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks import tables as twin
from dure.decisions.tables import Lookup, combinations
from dure.formats.errors import BadInput
from dure.formats.rule_tables import Table
from dure.rules.tables import read_proved
from dure.rules.tables.agreeing import without_rate
from dure.rules.tables.reading import Frame
from dure.rules.yaml_file import read_yaml

GOOD = """\
value:
  reads:
    kind: [firm, school]
    gpus: count
    young: flag
    helped_by: {has: [a, b]}
    on: date
  gives: {most: gpus or none}
  rows:
    firms:
      title: {en: Firms}
      when: {kind: {is: firm}, gpus: {below: 64}}
      then: {most: 64}
    large_firms:
      title: {en: Large firms}
      when: {kind: {is: firm}, gpus: {at_least: 64}}
      then: {most: none}
    schools:
      title: {en: Schools}
      when: {kind: {other_than: [firm]}}
      then: {most: 16}
  exceptions:
    helped:
      title: {en: Helped already}
      when: {helped_by: {has: [a]}, on: {at_least: 2026-01-01}}
      then: {most: 8}
      status: enacted
      source: {name: A notice}
  combine: min
"""
FAULTS = {
    "a gap": ("gpus: {below: 64}", "gpus: {below: 63}", "no row holds for kind firm, gpus from 63 to below 64, young true", 2),
    "an overlap": (
        "at_least: 64",
        "at_least: 60",
        "'firms' and 'large_firms' both hold for kind firm, gpus from 60 to below 64",
        14,
    ),
    "an unknown word": ("{is: firm}, gpus: {below", "{is: farm}, gpus: {below", "'farm' is none of firm, school", 12),
    "an unknown attribute": (
        "when: {kind: {other_than",
        "when: {sort: {other_than",
        "'sort' is not among what the table reads",
        20,
    ),
    "a wrong operator": ("{kind: {other_than: [firm]}}", "{kind: {below: school}}", "'below' cannot be asked of a choice", 20),
    "nothing between": ("{at_least: 64}", "{at_least: 64, below: 64}", "nothing is at least the one and below", 16),
    "an unknown kind": ("gpus: count", "gpus: number", "no kind of attribute", 4),
    "an unknown unit": ("gpus or none", "cards or none", "'cards or none' is no unit of one value", 8),
    "a wrong value": ("{most: 16}", "{most: -16}", "'-16' is not a non-negative whole number", 21),
    "no limit where there is one": ("gpus or none", "gpus", "'none' is not a non-negative whole number", 17),
    "another output": ("{most: 16}", "{least: 16}", "the row 'schools' gives least", 18),
    "no way to combine": ("combine: min", "combine: mean", "'mean' is no way to combine", 29),
    "a product of what may be missing": ("combine: min", "combine: product", "there is no product of 'most'", 23),
    "a row without a name": ("      title: {en: Schools}\n", "", "'title' is missing", 19),
    "a dead row": ("{has: [a]}, on: {at_least: 2026-01-01}", "{has: [a]}, gpus: {below: 0}", "the row 'helped' never holds", 23),
    "an id twice": ("    helped:\n", "    schools:\n", "'schools' is the id of a row already", 23),
    "no row": ("      when: {kind: {other_than: [firm]}}\n", "      when: {kind: {in: []}}\n", "`in` asks for a list", 20),
}


def proved(text, tmp_path):
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    raw = read_yaml(path)
    frame = Frame(path, "assumed", None, lambda raw, _path, _line: raw, lambda raw, _path: dict(raw["title"]))
    return msgspec.convert(read_proved(raw["value"], raw.lines["value"], frame), Table)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_table_is_refused_with_its_line_and_the_example(fault, tmp_path):
    before, after, says, line = FAULTS[fault]
    assert GOOD.count(before) == 1
    with pytest.raises(BadInput, match=re.escape(says)) as caught:
        proved(GOOD.replace(before, after), tmp_path)
    assert caught.value.where == f"{tmp_path}/table.yaml:{line if fault != 'a gap' else 1}"
    assert caught.value.todo


def test_a_table_too_large_to_try_is_refused(tmp_path):
    words = "[" + ", ".join(f"w{n}" for n in range(600)) + "]"
    rows = "{one: {title: {en: One}, then: {x: 1}}}"
    text = f"value:\n  reads: {{a: {words}, b: {words}}}\n  gives: {{x: count}}\n  rows: {rows}\n"
    with pytest.raises(BadInput, match="there are 360,000 combinations to try"):
        proved(text, tmp_path)


def test_a_table_gives_its_row_with_the_exceptions_that_hold(tmp_path):
    look_up = Lookup(proved(GOOD, tmp_path), where="x/y")
    case = {"kind": "firm", "gpus": 64, "young": False, "helped_by": ("b",), "on": "2026-01-01"}
    assert look_up(case) == ({"most": None}, "large_firms", ())
    assert look_up({**case, "gpus": 63}) == ({"most": 64}, "firms", ())
    assert look_up({**case, "helped_by": ("b", "a")}) == ({"most": 8}, "large_firms", ("helped",))
    assert look_up({**case, "helped_by": ("a",), "on": "2025-12-31"}).exceptions == ()
    with pytest.raises(BadInput, match=r"rule x/y: no row holds for kind 'farm'"):
        look_up({**case, "kind": "farm"})


# Values that lie on both sides of everything that the drawn conditions can name.
DOMAIN = {
    "kind": ("a", "b", "c"), "word": ("x", "y", "elsewhere"), "flag": (True, False), "count": tuple(range(6)),
    "date": tuple(f"2026-01-0{day}" for day in range(1, 7)), "words": ((), ("p",), ("q",), ("p", "q")),
}  # fmt: skip
READS = {
    "kind": {"kind": "choice", "of": ["a", "b", "c"]}, "word": {"kind": "word"}, "flag": {"kind": "flag"},
    "count": {"kind": "count"}, "date": {"kind": "date"}, "words": {"kind": "words", "of": ["p", "q"]},
}  # fmt: skip


@st.composite
def conditions(draw, name):
    if name == "flag":
        return {"is": draw(st.booleans())}
    if name == "words":
        return {"has": draw(st.lists(st.sampled_from(["p", "q"]), min_size=1, unique=True))}
    values = ("a", "b", "c") if name == "kind" else ("x", "y") if name == "word" else DOMAIN[name][1:-1]
    if name in {"kind", "word"} or draw(st.booleans()):
        operator = draw(st.sampled_from(["is", "in", "other_than"] if name in {"kind", "word"} else ["is", "in"]))
        chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
        return {operator: chosen[0] if operator == "is" else chosen}
    low, high = sorted(draw(st.lists(st.sampled_from(values), min_size=2, max_size=2, unique=True)))
    return draw(st.sampled_from([{"at_least": low}, {"below": high}, {"at_least": low, "below": high}]))


@st.composite
def drawn_tables(draw):
    names = draw(st.lists(st.sampled_from(sorted(READS)), min_size=1, max_size=3, unique=True))
    combine = draw(st.sampled_from(["replace", "product", "sum", "min", "max"]))
    optional = combine in {"replace", "min", "max"}

    def row(id_, least):
        when = {name: draw(conditions(name)) for name in draw(st.lists(st.sampled_from(names), min_size=least, unique=True))}
        value = draw(st.sampled_from(["0", "0.5", "1.25", *([None] if optional else [])]))
        return {"id": id_, "when": when, "then": {"v": value}}

    rows = [row(f"r{n}", 1) for n in range(draw(st.integers(1, 3)))]
    if len(rows) == 1 and draw(st.booleans()):
        rows[0]["when"] = {}
    return msgspec.convert(
        {
            "reads": {name: READS[name] for name in names}, "gives": {"v": {"unit": "decimal", "optional": optional}},
            "rows": rows, "exceptions": [row(f"e{n}", 1) for n in range(draw(st.integers(0, 3)))], "combine": combine,
        }, Table, strict=True,
    )  # fmt: skip


def as_yaml(table):
    """The drawn table as a person would write it."""
    plain = msgspec.to_builtins(table)
    written = {"choice": lambda of: of, "words": lambda of: {"has": of}}
    reads = {name: written.get(v["kind"], lambda _of, v=v: v["kind"])(v["of"]) for name, v in plain["reads"].items()}
    said = {True: "true", False: "false", None: "none"}

    def text(value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {text(each)}" for key, each in value.items()) + "}"
        if isinstance(value, list | tuple):
            return "[" + ", ".join(map(text, value)) + "]"
        return said.get(value, str(value)) if isinstance(value, bool) or value is None else str(value)

    def rows(part):
        return {row["id"]: {"title": {"en": "x"}, "when": row["when"], "then": row["then"]} for row in plain[part]}

    unit = "decimal or none" if plain["gives"]["v"]["optional"] else "decimal"
    return (
        "value: "
        + text(
            {
                "reads": reads,
                "gives": {"v": unit},
                "rows": rows("rows"),
                "exceptions": rows("exceptions"),
                "combine": plain["combine"],
            }
        )
        + "\n"
    )


def cases(table):
    for values in itertools.product(*(DOMAIN[name] for name in table.reads)):
        yield dict(zip(table.reads, values, strict=True))


@settings(max_examples=400, deadline=None)
@given(drawn_tables())
def test_the_proof_says_what_trying_every_value_says(tmp_path_factory, table):
    held = {row.id: 0 for row in (*table.rows, *table.exceptions)}
    complete = True
    for case in cases(table):
        rows = [row.id for row in table.rows if twin._applies(row, case)]
        besides = [row.id for row in table.exceptions if twin._applies(row, case)]
        complete &= len(rows) == 1 and (table.combine != "replace" or len(besides) < 2)
        for each in rows + besides:
            held[each] += 1
    try:
        proved(as_yaml(table), tmp_path_factory.mktemp("t"))
    except BadInput:
        assert not complete or not all(held.values())
    else:
        assert complete
        assert all(held.values())


@settings(max_examples=400, deadline=None)
@given(drawn_tables())
def test_decision_and_checker_read_the_same(table):
    look_up = Lookup(table, where="x/y")
    for case in cases(table):
        read = twin.read(table, **case)
        if read is None:
            with pytest.raises(BadInput, match="hold"):
                look_up(case)
            continue
        found = look_up(case)
        assert (found.values, found.exceptions) == (read.values, read.exceptions)
        assert found.row in {row.id for row in table.rows}
        assert found.values["v"] is None or isinstance(found.values["v"], Fraction)


@settings(max_examples=200, deadline=None)
@given(drawn_tables())
def test_decision_and_checker_tell_the_same_words_apart(table):
    told = list(combinations(table, ("kind", "word")))
    assert len(set(told)) == len(told)
    assert set(told) == twin.told_apart(table, "kind", "word")


def test_reading_a_round_of_a_hundred_thousand_costs_one_step_for_each_attribute(tmp_path):
    """Rows are looked at once for each value, however many applications there are."""
    table = proved(GOOD, tmp_path)
    look_up, asked = Lookup(table, where="x/y"), []
    look_up._rows_left = lambda name, value, right=look_up._rows_left: asked.append((name, value)) or right(name, value)
    for gpus in range(1000):
        look_up({"kind": "firm", "gpus": gpus % 64, "young": False, "helped_by": (), "on": "2026-01-01"})
    assert len(asked) == len(set(asked)) == 64 + 4


FORGED = {
    "no rows": lambda table: table.update(rows=[]),
    "a foreign attribute": lambda table: table["rows"][0]["when"].update(x={"is": 1}),
    "text against a number": lambda table: table["rows"][0]["when"]["gpus"].update(below="64"),
    "a number for a flag": lambda table: table["rows"][0]["when"].update(young={"is": 1}),
    "an output that is missing": lambda table: table["rows"][0]["then"].clear(),
    "an output too many": lambda table: table["rows"][0]["then"].update(x=1),
    "text for a number": lambda table: table["rows"][0]["then"].update(most="many"),
    "true for a number": lambda table: table["rows"][0]["then"].update(most=True),
}


@pytest.mark.parametrize("forge", FORGED)
def test_a_forged_table_is_refused_before_anybody_reads_it(forge, tmp_path):
    plain = msgspec.to_builtins(proved(GOOD, tmp_path))
    assert msgspec.convert(plain, Table)
    FORGED[forge](plain)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(plain, Table)


def test_an_open_table_prices_kinds_that_no_row_names(tmp_path):
    def rates(others):
        row = "title: {en: X}, when: {kind: "
        text = f"""value:
  reads: {{kind: word}}
  gives: {{rate: ratio or none}}
  rows:
    a: {{{row}{{is: school}}}}, then: {{rate: 0}}}}
    b: {{{row}{{other_than: [school]}}}}, then: {{rate: {others}}}}}
"""
        return msgspec.to_builtins(proved(text, tmp_path))

    assert without_rate(rates("0.5"), ["school", "lab"]) == ""
    assert "'lab' may apply" in without_rate(rates("none"), ["school", "lab"])
