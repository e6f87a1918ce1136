"""Figures, cells and files are written exactly, in both languages."""

import datetime as dt
import html
import re
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dure.cycle.programme import book, words
from dure.formats.errors import BadInput
from dure.formats.folder.manifest import Currency
from dure.portal.kit import catalogue
from dure.portal.kit.escaping import escape
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording import cells, numbers
from dure.portal.kit.wording.book import written
from dure.portal.kit.wording.language import figures_of
from dure.portal.kit.wording.particles import with_particles
from dure.portal.kit.wording.words import WORDS, name
from dure.portal.subjects.acts.refusing import in_words

KO_WON = [
    (0, "0원"), (9_999, "9,999원"), (1_234_567, "123만 원"), (110_992_692, "1억 1,099만 원"), (859_400_000_000, "8,594억 원"),
    (1_459_000_000_000, "1조 4,590억 원"), (2_000_000_000_000, "2조 원"), (-5_000_000, "−500만 원"),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "text"), KO_WON)
def test_won_in_jo_and_eok(amount, text):
    with translation.override("ko"):
        assert numbers.money_short(amount) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1_459_000_000_000, "KRW 1.459 trillion"),
        (859_400_000_000, "KRW 859.4 billion"),
        (5_240_000, "KRW 5.24 million"),
        (12, "KRW 12"),
    ],
)
def test_won_in_english(amount, text):
    assert numbers.money_short(amount) == text
    assert numbers.money(-1234) == "−KRW 1,234"


@pytest.mark.parametrize(
    ("code", "digits", "value", "whole", "short"),
    [
        ("KWD", 3, 1_459, "KWD 1.459", "KWD 1.459"),
        ("EUR", 2, -1_459_000_000_05, "−EUR 1,459,000,000.05", "−EUR 1.459 billion"),
        ("JPY", 0, 5_240_000, "JPY 5,240,000", "JPY 5.24 million"),
        ("EUR", 2, 100, "EUR 1.00", "EUR 1.00"),
    ],
)
def test_amounts_are_written_in_the_currency_of_the_programme(code, digits, value, whole, short, monkeypatch):
    known = book()
    foreign = known._replace(manifest=replace(known.manifest, currency=Currency(code=code, digits=digits)))
    monkeypatch.setattr(numbers, "book", lambda: foreign)
    for language in ("en", "ko"):  # which has no word of its own for it
        with translation.override(language):
            assert numbers.money(value) == whole
    assert numbers.money_short(value) == short


def test_instants_are_told_in_the_zone_of_the_programme(settings):
    settings.TIME_ZONE = "Asia/Kathmandu"
    assert numbers.instant("2026-03-03T18:30:00Z") == "2026-03-04 00:15 +0545"
    assert numbers.date(dt.datetime(2026, 3, 3, 18, 30, tzinfo=dt.UTC)) == "2026-03-04"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_language_says_every_kind_of_figure(language):
    assert figures_of(language).keys() == figures_of("en").keys()
    with translation.override(language):
        said = [numbers.period(each) for each in ("2026", "2026-H2", "2026-Q3", "2026-04")]
        said += [numbers.gpus(13_136), numbers.size(1), numbers.size(2), numbers.size(9_570), numbers.size(9_570_000)]
        said += [numbers.days(each) for each in (0, 1, -1, 124)]
    assert said == FIGURES[language]


FIGURES = {
    "en": [
        "2026", "H2 2026", "Q3 2026", "April 2026", "13,136 GPUs", "1 byte", "2 bytes", "9.5 kB", "9.5 MB",
        "on time", "1 day late", "1 day early", "124 days late",
    ],
    "ko": [
        "2026년", "2026년 하반기", "2026년 3분기", "2026년 4월", "13,136장", "1바이트", "2바이트", "9.5kB", "9.5MB",
        "예정대로", "1일 지연", "1일 단축", "124일 지연",
    ],
}  # fmt: skip


@given(value=st.integers(0, 10**15))
@settings(max_examples=60)
def test_a_short_amount_never_says_more_than_there_is(value):
    """조, 억 and 만 cut off; they never round an amount up."""
    with translation.override("ko"):
        text = numbers.money_short(value)
    said = 0
    for part, unit in (("조", 10**12), ("억", 10**8), ("만", 10**4)):
        if part in text:
            head, _, text = text.partition(part)
            said += int(head.replace(",", "").strip()) * unit
    assert value - 10**8 < (said or value) <= value


def test_numbers_are_exact():
    assert numbers.number("12345678901234567890.125") == "12,345,678,901,234,567,890.125"
    assert numbers.number("2/3") == "0.6667"
    assert numbers.number("-1234.5", 0) == "-1,235"
    assert numbers.percent("0.305") == "30.5%"
    assert numbers.percent(Fraction(1, 3), 2) == "33.33%"
    assert (numbers.points("0.05"), numbers.points("-0.05"), numbers.points("0")) == ("+5.0%p", "−5.0%p", "±0.0%p")
    assert numbers.number(None) == numbers.percent("") == numbers.date(None) == "–"


@given(
    value=st.fractions(max_denominator=10**6) | st.decimals(allow_nan=False, allow_infinity=False, places=7),
    places=st.integers(0, 6),
)
@settings(max_examples=200)
def test_what_is_rounded_is_the_nearest_and_a_half_goes_away_from_zero(value, places):
    exact, shown = Fraction(value), Fraction(numbers.number(str(value), places).replace(",", ""))
    assert abs(shown - exact) * 2 * 10**places <= 1
    assert abs(shown - exact) * 2 * 10**places < 1 or abs(shown) > abs(exact)
    assert numbers.percent(str(value), places) == numbers.number(str(exact * 100), places) + "%"


def test_days_and_instants_carry_what_they_need():
    assert numbers.instant("2026-03-03T15:30:00Z") == "2026-03-04 00:30 KST"
    assert numbers.date(dt.datetime(2026, 3, 3, 15, 30, tzinfo=dt.UTC)) == "2026-03-04"
    assert numbers.days(1) == "1 day late"
    assert numbers.days(-3) == "3 days early"
    assert numbers.week_date("2026-03-02", 2) == dt.date(2026, 3, 16)
    with translation.override("ko"):
        assert numbers.long_date("2026-03-03") == "2026년 3월 3일(화)"
        assert numbers.days(124) == "124일 지연"


@pytest.mark.parametrize("text", ["=1+1", "+82", "-x", "@me", "\t=1", "＝1"])
def test_no_text_in_a_file_begins_a_formula(text):
    table = Table("t", "T", [Column("a", "A"), Column("n", "N", "number")], [{"a": text, "n": "-5"}])
    assert list(cells.file_rows(table)) == [["A", "N"], [f"'{text}", "-5"]]


def test_a_file_holds_raw_values():
    table = Table(
        "t",
        "T",
        [Column("s", "S", "share"), Column("f", "F", "flag"), Column("w", "W", "amount")],
        [{"s": "1/3", "f": True, "w": 1_000}],
    )
    assert list(cells.file_rows(table))[1] == ["0.333333", "true", "1000"]


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (12, "months", "12 months"), (1, "months", "1 month"), (1200, "gpus", "1,200 GPUs"), (3, "count", "3"),
        ({"B200": 4}, "days by name", "B200: 4 days"),
    ],
)  # fmt: skip
def test_a_rule_says_what_its_number_counts(value, unit, said):
    assert written(value, unit) == said


@given(st.text("<>&\"' a가"))
def test_text_is_escaped_as_the_standard_library_does(text):
    assert escape(text) == html.escape(text)


@pytest.mark.parametrize("what", ["user call", "GPU model", "organisation", "panel"])
def test_what_is_not_there_is_named_in_the_readers_language(what):
    missing = BadInput(f"there is no {what} 'x'.", code="unknown_id", detail={"what": what, "id": "x"})
    with translation.override("ko"):
        said = in_words(missing)
    assert not re.search("[A-Za-z]{4,}", said), said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("평가위원회이(가)", "평가위원회가"), ("기관은(는)", "기관은"), ("“평가위원회”을(를)", "“평가위원회”를"),
        ("공모과(와)", "공모와"), ("서울(으)로", "서울로"), ("부산(으)로", "부산으로"),
        ("call-1은(는) B200을(를)", "call-1은(는) B200을(를)"),
    ],
)  # fmt: skip
def test_a_particle_fits_the_word_before_it(text, said):
    assert with_particles(text) == said


def test_a_refusal_has_the_particle_that_fits_the_value():
    with translation.override("ko"):
        said = in_words(BadInput("the panel does not judge '가나다'.", where="item", code="unknown_id"))
        missing = in_words(BadInput("", code="unknown_id", detail={"what": "panel", "id": "가나다"}))
    assert "가나다는 이 평가위원회의 평가 대상이 아닙니다" in said
    assert "“가나다”가 없습니다" in missing


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_id_that_begins_a_refusal_is_written_as_it_is(language):
    with translation.override(language):
        assert in_words(BadInput("'call-1' comes twice.", code="comes_twice")).startswith("call-1")
        assert in_words(BadInput("the panel does not judge 'x'.", code="unknown_id")).startswith(("x", "The panel"))


def test_no_sentence_writes_a_particle_that_does_not_fit_a_committee():
    wrong = re.compile(r"위원회(은|을|과|으로)\b|위원회이 ")
    assert [text for text in map(str, catalogue.read().values()) if wrong.search(text)] == []


class TestVocabularyOfTheProgramme:
    def test_its_words_stand_before_those_of_dure(self, monkeypatch):
        monkeypatch.setitem(words(), "industry", {"en": "Trade", "ko": "업계"})
        with translation.override("en"):
            assert name("industry") == "Trade"
        with translation.override("ko"):
            assert name("industry") == "업계"
            assert name("industry", {"industry": "그 이름"}) == "그 이름"

    def test_ids_that_only_the_programme_knows_have_its_words(self):
        assert "capital" not in WORDS
        with translation.override("ko"):
            assert name("capital") == "수도권"

    def test_a_language_that_it_does_not_say_reads_its_first(self, monkeypatch):
        monkeypatch.setitem(words(), "industry", {"fr": "Industrie"})
        with translation.override("ko"):
            assert name("industry") == "Industrie"

    def test_pages_of_the_packaged_programme_read_as_before(self):
        for word, said in words().items():
            for language in ("en", "ko"):
                with translation.override(language):
                    assert word not in WORDS or said[language] == translation.gettext(WORDS[word]), (word, language)
