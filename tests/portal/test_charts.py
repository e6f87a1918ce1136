"""Drawings are whole at both widths: every text is inside, none covers another, and below zero there is an axis."""

import datetime as dt
import xml.etree.ElementTree as ET
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.portal.kit.charts.bars import Bar, Group, bars, whole
from dure.portal.kit.charts.file import as_file
from dure.portal.kit.charts.steps import Line, steps
from dure.portal.kit.charts.svg import LINE, NARROW, WIDE, Scale, shortened, text_width, ticks, wrapped
from dure.portal.kit.charts.timeline import Milestone, timeline

START = dt.date(2025, 8, 4)
NAMES = st.text("가나다라 abWM019.%–·", min_size=1, max_size=60).map(lambda text: " ".join(text.split()) or "가")


def drawings(picture):
    """Each variant with its size and its texts as boxes: text, left, right, baseline."""
    for svg in ET.fromstring(picture).findall("svg"):  # noqa: S314 - our own drawing
        _x, _y, width, height = map(float, svg.get("viewBox").split())
        boxes = []
        for each in svg.iter("text"):
            x, wide = float(each.get("x")), text_width(each.text or "")
            left = x - {"start": 0, "middle": wide / 2, "end": wide}[each.get("text-anchor")]
            boxes.append((each.text, left, left + wide, float(each.get("y"))))
        yield svg, width, height, boxes


def assert_whole(picture):
    """Both variants hold their texts, and no text lies on another."""
    found = list(drawings(picture))
    assert [width for _svg, width, _height, _boxes in found] == [WIDE, NARROW]
    for _svg, width, height, boxes in found:
        for place, (said, left, right, y) in enumerate(boxes):
            assert left >= -1 <= width + 1 >= right, (said, left, right, width)
            assert 8 <= y <= height, (said, y, height)
            for other, from_x, to_x, at in boxes[place + 1 :]:
                assert abs(y - at) >= LINE - 4 or min(right, to_x) - max(left, from_x) <= 1, (said, other)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, st.integers(-900, 900), NAMES, NAMES), min_size=1, max_size=5))
def test_bars_are_whole(found):
    groups = [Group(name, [Bar(length, shown[:20], "tone-plan", "공표"), Bar(abs(length), "1", "tone-actual")], note=note[:30])
              for name, length, shown, note in found]  # fmt: skip
    assert_whole(bars(groups, label="x"))


def test_a_bar_below_zero_lies_left_of_a_marked_zero_line():
    picture = bars([Group("a", [Bar(-5, "-5", "m"), Bar(10, "10", "m")])], label="x")
    for svg, _width, _height, boxes in drawings(picture):
        axis = next(each for each in svg.iter("line") if each.get("class") == "axis")
        below, above = (each for each in svg.iter("rect"))
        zero = float(axis.get("x1"))
        assert float(below.get("x")) + float(below.get("width")) == pytest.approx(zero, abs=0.2)
        assert float(above.get("x")) == pytest.approx(zero, abs=0.2)
        assert float(above.get("width")) == pytest.approx(2 * float(below.get("width")), abs=0.3)
        assert "0" in [said for said, _left, _right, _y in boxes]


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4), st.integers(2, 500), st.integers(-9000, 90_000), st.integers(0, 90_000))
def test_steps_are_whole_for_any_names_and_length(names, weeks, last, level):
    lines = [Line(name, [0] * (weeks - 1) + [last + place], "tone-plan") for place, name in enumerate(names)]
    goal = ("목표: 2025년 안에 10,000장", level)
    for _svg, width, height, boxes in drawings(steps(lines, start_on=START, label="x", goal=goal)):
        for said, left, right, y in boxes:
            assert left >= -1, said
            assert right <= width + 1, said
            assert 8 <= y <= height, said
        below = sorted((y, left, right, said) for said, left, right, y in boxes if said.isdigit() and len(said) in {2, 4})
        for one, other in pairwise(below):
            assert one[0] != other[0] or other[1] >= one[2], (one, other)


def test_levels_below_zero_have_a_zero_line():
    assert ticks(3, low=-5)[0] <= -5
    assert 0 in ticks(3, low=-5)
    picture = steps([Line("a", [-5, 3], "m")], start_on=START, label="x")
    assert picture.count('class="axis"') >= 2


def test_a_timeline_is_whole():
    marks = [
        Milestone(
            "제1차 이용자 공모 마감과 선정 결과 통보", START, None, START + dt.timedelta(days=400), "151일 지연", late=True
        ),
        Milestone("첫 서비스", START, START + dt.timedelta(days=30), None, "예정대로", late=False),
        Milestone("아직 모름", None, None, None, "", late=False),
    ]
    assert_whole(timeline(marks, label="x", names=("약속", "예측", "실제")))
    assert timeline(marks[2:], label="x", names=("", "", "")) == ""


@given(st.lists(st.tuples(NAMES, st.integers(0, 9)), min_size=1, max_size=7))
@settings(max_examples=40, deadline=None)
def test_a_whole_names_all_its_parts(found):
    parts = [Bar(Fraction(length, 10), f"{length}%", "tone-plan", name) for name, length in found]
    assert_whole(whole(parts, label="x"))


@given(NAMES, st.integers(30, 400))
def test_texts_are_cut_into_what_fits(content, room):
    for line in wrapped(content, room):
        assert text_width(line) <= room
    assert text_width(shortened(content, room)) <= room


def test_a_drawing_is_a_file_with_its_title_unit_and_colours():
    picture = bars([Group("a", [Bar(5, "5", "tone-actual")])], label="x")
    root = ET.fromstring(as_file(picture, title="항목별 예산 <2025>", unit="원"))  # noqa: S314 - our own drawing
    spelt = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{spelt}svg"
    assert "항목별 예산 <2025> (원)" in [each.text for each in root.iter(f"{spelt}text")]
    style = root.find(f"{spelt}style").text
    assert ".chart .bar.tone-actual" in style
    assert "var(" not in style
    assert len(list(root.iter(f"{spelt}rect"))) == 2, "the paper and the one bar of the wide variant"


NUMBERS = st.integers(-(10**9), 10**9) | st.fractions(-1000, 1000, max_denominator=97)


@given(NUMBERS, NUMBERS, st.integers(0, 400), st.integers(0, 800), NUMBERS)
def test_a_place_is_reckoned_exactly(low, high, start, end, value):
    place = start + Fraction(value - low) / Fraction(high - low or 1) * (end - start)
    assert Fraction(Scale(low, high, start, end)(value)) == Fraction(round(place * 10), 10)
