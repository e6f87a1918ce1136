"""A folder with tables is the same file as its JSON: same values, same digest, same bytes decided, same refusals."""

import builtins
import json
import shutil

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.__main__ import main
from dure.formats import tables
from dure.formats.canonical import digest, pretty
from dure.formats.errors import BadInput
from dure.formats.reading.entering import entered
from dure.formats.tables import read_whole, write_whole
from programme import ROOT

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # of direction, refused in JSON as well
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=MARKS))


def as_it_is(text):
    """Does the door leave it alone?"""
    try:
        return entered(text, where="") == text
    except BadInput:
        return False


names = st.text(st.characters(max_codepoint=0xD7FF, exclude_categories=["C", "Z"]), min_size=1, max_size=8).filter(as_it_is)
decimals = st.decimals(0, 100, places=2).map(str)
rows = st.fixed_dictionaries(
    {
        "id": names,
        "organisation": names,
        "sector": names,
        "score": decimals,
        "models": st.dictionaries(names, st.sampled_from(["1", "0.5", "0.123456789012345678"]), min_size=1, max_size=3),
        "servers": st.integers(1, 2**31 - 1),
        "minimum_servers": st.integers(1, 2**31 - 1),
        "weeks": st.integers(1, 60),
        "earliest_week": st.integers(0, 60),
        "latest_week": st.integers(0, 60),
        "arrived_at": st.sampled_from(
            ["2026-01-31T09:00:00+09:00", "2026-01-31T00:00:00Z", "2026-01-31T00:00:00.000001-11:30", "2000-01-01T00:00:00+00:00"]
        ),
    },
    optional={"priority": decimals, "pod": st.sampled_from(["required", "preferred", "any"])},
)
leases = st.fixed_dictionaries(
    {"id": names, "pool": names, "servers": st.lists(names, max_size=3), "sector": names, "organisation": names,
     "from_week": st.integers(0, 9), "to_week": st.integers(0, 9)}
)  # fmt: skip
details = st.dictionaries(
    names, st.none() | st.booleans() | texts | st.integers(-(2**53) + 1, 2**53 - 1) | st.lists(texts), max_size=3
)
reasons = st.fixed_dictionaries({"item": names, "code": st.just("price_above_value")}, optional={"detail": details})


def example():
    """The sample round with four of its applications, so that it is decided in no time."""
    whole = json.loads((ROOT / "examples" / "allocation.facts.json").read_text())
    return {**whole, "applications": whole["applications"][:4]}


@pytest.fixture
def facts(tmp_path):
    (tmp_path / "facts.json").write_text(json.dumps(example()))
    return tmp_path / "facts.json"


@pytest.fixture
def folder(tmp_path):
    write_whole(f"{tmp_path}/round/", example(), "allocation", "facts")
    return tmp_path / "round"


@settings(max_examples=12, deadline=None)
@given(st.lists(rows, max_size=4), st.lists(leases, max_size=3), st.booleans())
def test_facts_come_back_as_they_went_in(tmp_path_factory, some, held, without):
    out = tmp_path_factory.mktemp("round")
    whole = {**example(), "applications": some, "leases": held}
    if without:
        del whole["leases"]
    write_whole(str(out), whole, "allocation", "facts")
    again = read_whole(out, "allocation", "facts")
    assert again == whole
    assert digest(again) == digest(whole)


@settings(max_examples=12, deadline=None)
@given(st.lists(reasons, max_size=4))
def test_reasons_come_back_as_they_went_in(tmp_path_factory, some):
    out = tmp_path_factory.mktemp("made")
    whole = {"method": "best_value", "reasons": some}
    write_whole(str(out), whole, "allocation", "recommendation")
    assert read_whole(out, "allocation", "recommendation") == whole


def test_both_forms_give_the_same_bytes_and_check_in_any_mixture(tmp_path, facts, folder, capsys):
    for form, out in ((facts, "one.json"), (folder, "two.json"), (folder, "made/"), (facts, "again/")):
        assert main(["decide", "allocation", str(form), "--out", f"{tmp_path}/{out}"]) == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    made, again = tmp_path / "made", tmp_path / "again"
    assert sorted(path.name for path in made.iterdir()) == ["grants.parquet", "reasons.parquet", "recommendation.json"]
    for path in made.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes()
    assert pretty(read_whole(made, "allocation", "recommendation")) == (tmp_path / "one.json").read_text()
    for form in (facts, folder):
        for recommendation in (made, tmp_path / "one.json"):
            assert main(["check", "allocation", str(form), str(recommendation)]) == 0
    assert main(["decide", "allocation", str(folder), "--out", str(folder)]) == 0  # one folder may hold both
    assert main(["check", "allocation", str(folder), str(folder)]) == 0
    assert "fault" in capsys.readouterr().out


def test_convert_goes_there_and_back(tmp_path, facts):
    assert main(["convert", "allocation", "facts", str(facts), f"{tmp_path}/there/"]) == 0
    assert main(["convert", "allocation", "facts", f"{tmp_path}/there", f"{tmp_path}/back.json"]) == 0
    assert json.loads((tmp_path / "back.json").read_text()) == example()
    (tmp_path / "spoilt.json").write_text(json.dumps({**example(), "colour": "red"}))
    assert main(["convert", "allocation", "facts", f"{tmp_path}/spoilt.json", f"{tmp_path}/none/"]) == 2
    assert not (tmp_path / "none").exists()


# What is done to applications.parquet (as SQL over the table `t`), and what is said about it.
SPOILT = {
    "unknown column": ("SELECT *, 'red' AS colour FROM t", "there is no column 'colour'"),
    "column missing": ("SELECT * EXCLUDE score FROM t", "column score is missing"),
    "floats": ("SELECT * REPLACE (score::DOUBLE AS score) FROM t", "column score is DOUBLE, not VARCHAR"),
    "decimals": ("SELECT * REPLACE (score::DECIMAL(5, 2) AS score) FROM t", "column score is DECIMAL(5,2), not VARCHAR"),
    "instants": (
        "SELECT * REPLACE (arrived_at::TIMESTAMPTZ AS arrived_at) FROM t",
        "column arrived_at is TIMESTAMP WITH TIME ZONE",
    ),
    "text for a number": ("SELECT * REPLACE (weeks::VARCHAR AS weeks) FROM t", "column weeks is VARCHAR, not BIGINT"),
    "struct for a map": ("SELECT * REPLACE ({'H200': '1'} AS models) FROM t", "not MAP(VARCHAR, VARCHAR)"),
    "number below range": ("SELECT * REPLACE (-1 AS weeks) FROM t", "row 1, column weeks: Expected `int` >= 1. Seen: '-1'"),
    "huge number": ("SELECT * REPLACE (18446744073709551615::UBIGINT AS weeks) FROM t", "beyond 2^53"),
    "NaN": ("SELECT * REPLACE ('NaN' AS score) FROM t", "row 1, column score"),
    "empty cell": (
        "SELECT * REPLACE (CASE WHEN id = 'ax-02' THEN NULL ELSE score END AS score) FROM t",
        "row 2, column score: is empty",
    ),
    "empty cell in a map": ("SELECT * REPLACE (MAP {'H200': NULL::VARCHAR} AS models) FROM t", "row 1, column models"),
    "direction mark": ("SELECT * REPLACE (id || chr(8238) AS id) FROM t", "text-direction"),
    "id twice": ("SELECT * FROM t UNION ALL SELECT * FROM t", "comes twice"),
    "no rows": ("SELECT * FROM t LIMIT 0", None),
    "narrow integers": ("SELECT * REPLACE (weeks::UTINYINT AS weeks) FROM t", None),
    "columns in another order": ("SELECT weeks, * EXCLUDE weeks FROM t", None),
    "defaults without a column": ("SELECT * EXCLUDE (priority, pod) FROM t", None),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_spoilt_tables_are_refused_by_file_column_and_row(folder, kind, capsys):
    change, said = SPOILT[kind]
    table = folder / "applications.parquet"
    shutil.copy(table, folder.parent / "old")
    duckdb.read_parquet(str(folder.parent / "old")).query("t", change).write_parquet(str(table))
    code = main(["decide", "allocation", str(folder), "--out", str(folder.parent / "out.json")])
    printed = capsys.readouterr()
    assert code == (2 if said else 0), printed.err
    if said:
        assert said in printed.err
        assert "applications" in printed.err
        assert printed.err.count("\n") == 1
        assert not (folder.parent / "out.json").exists()


def test_folders_that_make_no_sense_are_refused(folder, tmp_path, monkeypatch):
    def said(change, *, stage="allocation"):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        change(copy)
        with pytest.raises(BadInput) as refusal:
            read_whole(copy, stage, "facts")
        return str(refusal.value)

    def twice(copy):
        (copy / "facts.json").write_text(json.dumps(example()))

    assert "facts.json holds applications as well" in said(twice)
    assert "no list is called 'application'" in said(
        lambda copy: (copy / "applications.parquet").rename(copy / "application.parquet")
    )
    assert "no list is called 'applications'" in said(lambda _copy: None, stage="shares")
    assert "cannot be read as Parquet" in said(lambda copy: (copy / "leases.parquet").write_text("no table"))
    assert "cannot be read" in said(lambda copy: (copy / "facts.json").unlink())
    assert "is not an object" in said(lambda copy: (copy / "facts.json").write_text("[]"))
    monkeypatch.setattr(tables, "LARGEST_TABLE_ROWS", 3)
    assert "rows; at most 3 are read" in said(lambda _copy: None)
    monkeypatch.undo()
    monkeypatch.setattr(tables, "LARGEST_TABLE_BYTES", 30)
    assert "bytes of text" in said(lambda _copy: None)
    with pytest.raises(BadInput, match="stands for other names"):
        write_whole(f"{tmp_path}/what?/", example(), "allocation", "facts")


def test_a_million_applications_are_refused_before_they_are_read(folder, capsys):
    table = folder / "applications.parquet"
    shutil.copy(table, folder.parent / "old")
    many = "SELECT t.* REPLACE ('a' || n AS id) FROM t, range(250000) r(n) LIMIT 1000000"
    duckdb.read_parquet(str(folder.parent / "old")).query("t", many).write_parquet(str(table))
    assert main(["decide", "allocation", str(folder)]) == 2
    assert "applications.parquet: 1,000,000 rows; at most 300,000 are read. Split the round" in capsys.readouterr().err


def test_what_a_table_cannot_hold_is_not_written(tmp_path, facts, capsys):
    whole = example()
    whole["applications"][2]["priority"] = None
    with pytest.raises(BadInput, match=r"applications, entry 3: priority is null"):
        write_whole(f"{tmp_path}/round/", whole, "allocation", "facts")
    assert not list(tmp_path.glob("round/*.json"))
    assert main(["decide", "shares", str(ROOT / "examples/shares.facts.json"), "--out", f"{tmp_path}/made/"]) == 2
    assert "shares has no list that is kept as a table" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["convert", "allocation", "facts", str(facts), f"{tmp_path}/file/"]) == 2


def test_without_duckdb_json_works_and_a_folder_says_what_to_install(facts, folder, monkeypatch, capsys):
    real = builtins.__import__

    def without(name, *rest):
        if name == "duckdb":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["decide", "allocation", str(folder)]) == 2
    assert "Install dure with its extra `parquet`" in capsys.readouterr().err
    assert main(["decide", "allocation", str(facts)]) == 0
