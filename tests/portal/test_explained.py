"""What pages show of a filed recommendation is made once, and read ever after; long tables answer as short ones do."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

import factories as make
from dure.cycle.commands.rows import Context
from dure.cycle.filing import file_decision
from dure.cycle.people import explanations as explaining
from dure.cycle.working.doing import do
from dure.portal.kit.downloads import as_csv
from dure.portal.kit.listing import PRINT, listing
from dure.portal.kit.shown import Column, Shown, Table
from dure.portal.kit.stored import StoredRows, each
from dure.portal.subjects.decisions import explained as explaining_pages
from dure.portal.subjects.decisions.explained import explain_whole, explained
from dure.portal.subjects.decisions.keeping import kept_of, read_back
from dure.portal.subjects.decisions.parts import WHOLE, Part, parts_of
from dure.records.explanations import queries
from dure.records.explanations.models import Explanation, Piece, Row
from dure.records.journal import queries as journal
from dure.records.journal.models import Document
from dure.records.parties.models import Person
from dure.records.work.models import Job
from racing import WRITERS, outcomes
from world import MONTH, finish_second_call

ROOT = Path(__file__).parent.parent.parent
COLUMNS = [Column("name", "Name"), Column("share", "Share", "share"), Column("n", "Number", "number"), Column("on", "On", "flag"),
           Column("day", "Day", "date")]  # fmt: skip
WORDS = st.sampled_from(["서울", "Seoul", "SEOUL", "seoul 대학", "강원%", "a_b", "", None])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": WORDS,
            "share": st.sampled_from(["1/3", "0.5", "-1/2", "2/4", None]) | st.just(Fraction(2, 7)),
            "n": st.integers(-3, 3) | st.none(),
            "on": st.booleans(),
            "day": st.sampled_from(["2026-03-02", "2025-12-31", ""]),
            "note": st.just("beside the columns"),
        }
    ),
    min_size=1,
    max_size=60,
)
SORTS = ["", "name", "-name", "share", "-share", "n", "-n", "on", "-on", "day", "-day", "nothing"]


def kept(table, most=0):
    """The table as it is read back; by default row by row from the database."""
    entry = make.filed()
    whole = kept_of(Part(Shown("", sections=[table])), most=most)
    made = explaining.keep(entry=entry.seq, part="p", language="en", made_with="x", kept=whole)
    return read_back(made.content(), made.pk).shown.sections[0]


def plainly(rows):
    return [{key: str(value) if isinstance(value, Fraction) else value for key, value in row.items()} for row in rows]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(SORTS), st.sampled_from(["", "서울", "SEOUL", "대학 seoul", "%", "_", "nowhere"]), st.integers(1, 4),
       st.sampled_from(["", "on", "name", "share", "n"]),
       st.sampled_from(["", "True", "서울", "Seoul", "None", "1/3", "0.5", "2", "?"]))  # fmt: skip
def test_a_long_table_answers_as_a_short_one(rows, sort, query, page, narrowed_by, only):
    short = Table("t", "T", COLUMNS, rows, narrowed_by=narrowed_by)
    long = kept(short)
    asked = {"t-sort": sort, "t-q": query, "t-page": str(page), "t-only": only}
    expected, found = listing(short, asked), listing(long, asked)
    assert isinstance(long.rows, StoredRows)
    assert plainly(found.rows) == plainly(expected.rows)
    for field in ("found", "pages", "page", "previous", "next", "filters"):
        assert getattr(found, field) == getattr(expected, field), field


@pytest.mark.django_db
def test_a_long_table_is_printed_sliced_and_handed_out_whole(monkeypatch):
    monkeypatch.setattr(queries, "CHUNK", 7)
    rows = [{"name": f"사업 {n:03d}", "share": None, "n": n, "on": n % 2 == 0, "day": ""} for n in range(60)]
    short, long = Table("t", "T", COLUMNS, rows), kept(Table("t", "T", COLUMNS, rows))
    assert list(long.rows) == rows
    assert (len(long.rows), long.rows[3], long.rows[57:99]) == (60, rows[3], rows[57:])
    assert listing(long, {PRINT: "1"}).rows == rows
    assert b"".join(as_csv(long, name="t").streaming_content) == as_csv(short, name="t").content
    assert [row["href"] for row in each(long.rows, lambda row: {**row, "href": row["n"] * 2})[:3]] == [0, 2, 4]
    with pytest.raises(IndexError):
        long.rows[60]


@pytest.mark.django_db
def test_a_long_table_is_narrowed_down_by_any_number_of_values():
    rows = [{"name": f"pool {n % 150}", "share": None, "n": n, "on": True, "day": ""} for n in range(600)]
    long = kept(Table("t", "T", COLUMNS, rows, narrowed_by="name"))
    found = listing(long, {"t-only": "pool 149"})
    assert len(found.filters) == 150
    assert [row["n"] for row in found.rows] == [149, 299, 449, 599]


def test_a_table_is_narrowed_down_by_a_column_that_it_has():
    with pytest.raises(ValueError, match="none of its columns"):
        Table("t", "T", COLUMNS, [], narrowed_by="note")


@pytest.mark.django_db
def test_opening_a_long_table_costs_no_statement_and_turning_to_its_last_page_one():
    long = kept(Table("t", "T", COLUMNS, [{"name": "x", "share": "1", "n": n, "on": True, "day": ""} for n in range(500)]))
    with CaptureQueriesContext(connection) as captured:
        assert [row["n"] for row in listing(long, {}).rows] == list(range(25))
    assert len(captured) == 0
    with CaptureQueriesContext(connection) as captured:
        assert listing(long, {"t-page": "20"}).rows[-1]["n"] == 499
    assert len(captured) == 1


@pytest.mark.django_db
def test_values_are_found_by_their_key():
    entry = make.filed()
    values = {f"a-{n:04d}": {"n": n} for n in range(0, 900, 2)}
    part = Part(Shown(""), values=values, frame={"weeks": 52})
    made = explaining.keep(entry=entry.seq, part="p", language="", made_with="x", kept=kept_of(part))
    assert {key: queries.value(made.pk, key) for key in values} == values
    for missing in ("a-0001", "a-0899", "", "b"):
        assert queries.value(made.pk, missing) is None
    assert Piece.objects.count() > 3


def test_every_part_of_every_decision_reads_back_as_it_was_made(world):
    for seq in world.filed.values():
        entry = journal.entries().get(seq=seq)
        for name, make_part in parts_of(entry.decision).items():
            made = make_part(explaining_pages.filed(entry))
            long = Kept(entry, name, made, most=0)
            assert long.words() == Kept(entry, name, made, most=10**6).words(), (entry.decision, name)


class Kept:
    """A part kept with its long tables from so many rows on, and read back."""

    def __init__(self, entry, name, part, most):
        whole = kept_of(part, most=most)
        made = explaining.keep(entry=entry.seq, part=f"test-{name}", language="", made_with=f"{most}", kept=whole)
        self.part = read_back(made.content(), made.pk)

    def words(self):
        shown = self.part.shown
        tables = [(each.key, each.title, each.columns, list(each.rows)) for each in (*shown.tables(), *self.part.tables)]
        return shown.headline, shown.figures, shown.method, shown.proof, shown.warning, tables, self.part.frame


def test_the_script_gets_the_table_that_it_asks_for_and_nothing_else(world):
    """A search, an order or a page of one table makes that table alone; a cache keeps both answers apart."""
    officer, seq = Client(), world.filed["allocation", "round-1"]
    officer.force_login(Person.objects.get(username="agency-1"))
    for page in ("/agency/rounds/round-1/", f"/agency/decisions/{seq}/"):
        whole = officer.get(f"{page}?applications-q=a-lab")
        part = officer.get(f"{page}?applications-q=a-lab", headers={"HX-Request": "true", "HX-Target": "table-applications"})
        tables = [re.findall(r'id="table-(\w+)"', answer.content.decode()) for answer in (whole, part)]
        assert "applications" in tables[0]
        assert len(tables[0]) > 2
        assert [each for each in tables[1] if each != "reasons"] == ["applications"]
        assert table_in(part) == table_in(whole)
        assert "HX-Target" in whole.headers["Vary"]
    other = officer.get("/agency/rounds/round-1/", headers={"HX-Target": "main"})
    assert len(re.findall('id="table-', other.content.decode())) > 2


def table_in(answer):
    """The table of applications in the page."""
    return re.search(r'id="table-applications".*?</table>', answer.content.decode(), re.DOTALL).group()


# When it is made


def test_filing_explains_in_every_language_and_pages_parse_nothing_from_then_on(world, monkeypatch):
    entry = journal.entries().get(seq=world.filed["allocation", "round-1"])
    made = set(Explanation.objects.filter(entry=entry).values_list("part", "language"))
    worded = [part for part in parts_of("allocation") if part != "applications"]
    assert made == {(part, language) for part in worded for language in ("ko", "en")} | {("applications", "")}
    for seq in world.filed.values():
        assert Explanation.objects.filter(entry=seq, part=WHOLE).count() == 2, "explained as soon as it is filed"

    def parsed(_self):
        raise AssertionError("a page parsed a document")

    monkeypatch.setattr(Document, "value", parsed)
    monkeypatch.setattr(Document, "top_level", parsed)
    officer, plan = Client(), "/agency/rounds/round-1/plans/latest/"
    officer.force_login(Person.objects.get(username="agency-1"))
    pages = ["/agency/rounds/round-1/", f"{plan}servers/", f"{plan}waiting/", f"{plan}servers.json", f"{plan}tables/grants.csv",
             f"{plan}applications/a-lab/", f"{plan}applications/a-college/"]  # fmt: skip
    for seq in world.filed.values():
        pages += [
            f"/decisions/{seq}/",
            f"/agency/decisions/{seq}/",
            f"/agency/decisions/{seq}/reasons.csv",
            f"/open-data/{seq}.json",
        ]
    missing = [page for page in pages if officer.get(page).status_code != 200]
    assert not missing
    stages = {journal.entries().get(seq=seq).stage for seq in world.filed.values()}
    for stage in stages:
        assert Client().get(f"/stages/{stage}/").status_code == 200


def test_a_decision_is_filed_even_where_it_cannot_be_explained(world, monkeypatch, caplog):
    def fails(_filed):
        raise ValueError("no words")

    monkeypatch.setattr("dure.portal.subjects.decisions.parts.explain", fails)
    seq = world.file("settlement", MONTH, "2026-06-12")
    assert journal.find(seq) is not None
    assert "no words" in caplog.text
    assert not Explanation.objects.filter(entry=seq).exists()
    monkeypatch.undo()
    assert explained(journal.entries().get(seq=seq)).shown.headline, "made when it is asked for"


def test_other_code_other_words_or_another_rule_book_explain_again(world, monkeypatch):
    entry = journal.entries().get(seq=world.filed["budget", "2026-01-03"])
    before = explained(entry)
    assert explained(entry).id == before.id
    monkeypatch.setattr(explaining_pages, "_made_with", lambda: "another")
    after = explained(entry)
    assert after.id != before.id
    assert explained(entry).id == after.id
    assert Explanation.objects.filter(entry=entry, part=WHOLE, language="en").count() == 1


def test_a_proposal_gets_its_providers_name_once_its_call_is_decided(world):
    """Before the award a proposal is a number to everybody; what is shown of its evaluation changes with the award."""
    finish_second_call(world, award=False)
    entry = journal.entries(decision="evaluation", subject="panel-call-2").get(kind="recommendation")

    def shown():
        return json.dumps([list(table.rows) for table in explained(entry).shown.tables()], ensure_ascii=False, default=str)

    assert "alpha 기관" not in shown()
    world.decide("portfolio", "call-2", "2026-07-10")
    assert "alpha 기관" in shown()


def test_two_who_explain_at_once_keep_it_once(world):
    entry = journal.entries().get(seq=world.filed["allocation", "round-1"])
    explaining.forget(entry=entry.seq)
    rows = Table("t", "T", COLUMNS, [{"name": "x", "share": "1", "n": n, "on": True, "day": ""} for n in range(300)])
    made = kept_of(Part(Shown("", sections=[rows]), frame={"readings": []}))

    def keep(_number):
        return explaining.keep(entry=entry.seq, part=WHOLE, language="en", made_with="x", kept=made).pk

    assert len(set(outcomes(keep, WRITERS))) == 1
    assert Row.objects.filter(explanation__entry=entry, explanation__part=WHOLE, explanation__language="en").count() == 300


def test_long_tables_lie_apart_from_200_rows_on(world, monkeypatch):
    entry = journal.entries().get(seq=world.filed["allocation", "round-1"])
    monkeypatch.setattr(kept_of, "__kwdefaults__", {"most": 1})
    explain_whole(entry.seq)
    assert Row.objects.filter(explanation__entry=entry).count() > 10
    officer = Client()
    officer.force_login(Person.objects.get(username="agency-1"))
    with translation.override("en"):
        page = officer.get("/agency/rounds/round-1/?applications-only=True&grants-sort=-servers").content.decode()
    assert 'href="/agency/rounds/round-1/plans/latest/applications/a-lab/"' in page


@pytest.mark.django_db
def test_what_is_long_is_explained_by_a_worker_and_its_page_says_so_meanwhile(book, monkeypatch):
    monkeypatch.setattr(explaining, "LONG", 0)
    context = Context(book, make.the("agency"), make.START, via="page")
    facts = json.loads((ROOT / "examples" / "shares.facts.json").read_text())
    entry = file_decision("shares", "shares", "2026-09-01", facts, context=context)
    job = Job.objects.get(kind="explain", subject=f"entry/{entry.seq}")
    auditor = Client()
    auditor.cookies["django_language"] = "en"
    auditor.force_login(make.the("auditor"))
    address = f"/auditor/decisions/{entry.seq}/"
    waits = auditor.get(address)
    assert (waits.status_code, waits.headers["Refresh"]) == (503, "3")
    assert "is being explained" in waits.content.decode()
    assert Job.objects.count() == 1
    assert not Explanation.objects.exists()
    do(job.pk)
    assert auditor.get(address).status_code == 200
    Explanation.objects.filter(entry=entry.seq).update(made_with="older code")
    assert auditor.get(address).status_code == 503
    assert Job.objects.filter(finished_at=None).count() == 1
