"""Tables are searched, sorted and turned over by their address; senseless wishes fall back to the whole."""

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.portal.kit.listing import MOST_PRINTED, PER_PAGE, listing
from dure.portal.kit.lists.declared import Column as ListColumn
from dure.portal.kit.lists.shown import row_writer
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.templatetags.dure import rows
from dure.portal.kit.wording.cells import file_rows

DATED = Table("d", "D", [Column("said", "Said"), Column("day", "Day", "date"), Column("id", "Id", "code")],
              [{"said": "예산 <1> 2025-05-14–2025-06-01, 2025-05", "day": "2025-05-14", "id": "call-2025-05-14"}])  # fmt: skip
ROWS = [{"name": f"사업 {n:03d}", "servers": n % 7 or None, "kind": "a" if n % 2 else "b"} for n in range(60)]
TABLE = Table(
    "t", "T", [Column("name", "Name"), Column("servers", "Servers", "number"), Column("kind", "Kind")], ROWS, narrowed_by="kind"
)


def test_pages_turn():
    first, last = listing(TABLE, {}), listing(TABLE, {"t-page": "99"})
    assert (len(first.rows), first.pages, first.previous) == (PER_PAGE, 3, "")
    assert (len(last.rows), last.page, last.next) == (60 - 2 * PER_PAGE, 3, "")
    assert "t-page=2" in first.next


def test_search_takes_every_word_and_both_spellings():
    assert [row["name"] for row in listing(TABLE, {"t-q": "사업 042"}).rows] == ["사업 042"]
    assert listing(TABLE, {"t-q": "nothing like it"}).found == 0


def test_numbers_sort_as_numbers_and_empty_comes_last():
    up = [row["servers"] for row in listing(TABLE, {"t-sort": "servers"}).rows]
    down = [row["servers"] for row in listing(TABLE, {"t-sort": "-servers", "t-page": "3"}).rows]
    assert up == sorted(up)
    assert down[-1] is None


def test_exact_fractions_sort_by_their_worth():
    rows = [{"part": text} for text in ("2/3", "0.5", "10/11", "1", "-1/2")]
    made = listing(Table("p", "P", [Column("part", "Part", "share")], rows), {"p-sort": "part"})
    assert [row["part"] for row in made.rows] == ["-1/2", "0.5", "2/3", "10/11", "1"]


def test_filter_counts_only_what_it_names():
    only = listing(TABLE, {"t-only": "a"})
    assert only.found == 30
    assert [choice[0] for choice in only.filters] == ["a", "b"]


def test_a_date_in_words_is_kept_on_one_line_and_copied_as_it_is():
    said, day, id_ = re.findall("<td.*?</td>", rows(listing(DATED, {})))
    held = [f'<span class="date">{each}</span>' for each in ("2025-05-14", "2025-06-01")]
    assert f"예산 &lt;1&gt; {held[0]}–{held[1]}, 2025-05<" in said
    assert 'class="date"' not in day + id_, "a column of dates never breaks, and an id is no date"
    assert re.sub("<[^>]+>", "", said) == html.escape(DATED.rows[0]["said"])
    assert list(file_rows(DATED))[1] == list(DATED.rows[0].values())
    column = ListColumn(key="said", label="Said")
    assert held[0] in row_writer([column], "agency")({"pk": 1, **DATED.rows[0]})


@given(asked=st.dictionaries(st.sampled_from(["t-q", "t-sort", "t-page", "t-only"]), st.text(max_size=12)))
@settings(max_examples=60)
def test_no_wish_breaks_a_table(asked):
    made = listing(TABLE, asked)
    assert 1 <= made.page <= made.pages
    assert len(made.rows) <= PER_PAGE


def test_paper_gets_all_rows_as_they_are_searched_and_sorted():
    shown = listing(TABLE, {"t-q": "사업", "t-sort": "-name", "t-page": "2"})
    assert "print=1" in shown.print
    assert "t-page" not in shown.print
    printed = listing(TABLE, {"t-q": "사업", "t-sort": "-name", "print": "1"})
    assert [row["name"] for row in printed.rows] == sorted((row["name"] for row in ROWS), reverse=True)
    assert (printed.pages, printed.next, printed.print, printed.left_out) == (1, "", "", 0)


def test_paper_that_cannot_hold_all_rows_says_so():
    many = Table("t", "T", TABLE.columns, [{"name": str(n), "servers": n, "kind": "a"} for n in range(MOST_PRINTED + 3)])
    printed = listing(many, {"print": "1"})
    assert (len(printed.rows), printed.left_out) == (MOST_PRINTED, 3)
