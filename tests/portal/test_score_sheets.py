"""An evaluator's sheet: no window overtakes another unawares, sent twice it is handed in once, and what was typed is not lost."""

import re

import pytest
from django.test import Client
from django.utils import timezone

import factories as make
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.programme import book
from dure.formats.errors import BadInput
from dure.records.journal.models import Act
from dure.records.review import actions
from dure.records.review.models import ScoreSheet

pytestmark = pytest.mark.django_db
ADDRESS = "/reviewer/panels/panel-now/due/"
CRITERIA = [
    {"id": "effect", "weight": "60", "kind": "judged"},
    {"id": "need", "weight": "40", "kind": "judged"},
]


def visitor(person, language="en"):
    made = Client()
    made.cookies["django_language"] = language
    made.force_login(person)
    return made


def text(answer):
    return answer.content.decode()


def inputs(page):
    """What the form of the sheet holds, as a browser would send it."""
    form = re.search(r'<form method="post" class="form">.*?</form>', page, re.DOTALL)[0]
    tags = (dict(re.findall(r'([a-z-]+)="([^"]*)"', each)) for each in re.findall(r"<input[^>]*>", form))
    found = {each["name"]: each["value"] for each in tags}
    del found["csrfmiddlewaretoken"]
    return found


def points(effect, need):
    return {"points-effect": effect, "points-need": need}


def sheets():
    return [(each.version, each.points) for each in ScoreSheet.objects.order_by("version")]


@pytest.fixture
def me():
    return make.person("reviewer", username="me")


@pytest.fixture
def panel(me):
    call = make.user_call(id="users-now")
    make.application(call, make.organisation(), id="due", title="과제")
    return make.panel(
        panel_id="panel-now", kind="application", subject=call.pk, criteria=CRITERIA, seats={"k-7": me, "k-8": None}
    )


@pytest.fixture
def who(me, panel):
    del panel
    return visitor(me)


class TestTwoWindows:
    def test_the_second_is_told_what_the_first_handed_in_and_keeps_what_was_typed(self, who):
        one, two = (inputs(text(who.get(ADDRESS))) for _ in range(2))
        assert who.post(ADDRESS, {**one, **points("50", "30")}).status_code == 302
        late = who.post(ADDRESS, {**two, **points("10", "1")})
        assert late.status_code == 409
        assert "has been handed in since you opened this page" in text(late)
        assert re.search(r'<ol class="changes"><li>.*Hand in a score sheet', text(late))
        assert {"points-effect": "10", "points-need": "1"}.items() <= inputs(text(late)).items()
        assert "Handed in: 50" in text(late)
        assert sheets() == [(1, {"effect": "50", "need": "30"})]
        again = who.post(ADDRESS, inputs(text(late)))
        assert again.status_code == 302, "whoever has seen it may put theirs in its place"
        assert [points for _version, points in sheets()] == [{"effect": "50", "need": "30"}, {"effect": "10", "need": "1"}]

    def test_what_the_agency_handed_in_is_not_overtaken_either(self, who):
        opened = inputs(text(who.get(ADDRESS)))
        given = {"panel": "panel-now", "evaluator": "k-7", "item": "due", "points": {"effect": "5", "need": "5"}}
        row = row_of("submit_score_sheet")
        run(row, read_command(row, given), Context(book(), make.the("agency"), timezone.now(), "script"))
        late = who.post(ADDRESS, {**opened, **points("10", "1")})
        assert late.status_code == 409
        assert len(sheets()) == 1

    def test_a_sheet_opened_after_the_other_was_handed_in_replaces_it(self, who):
        for given in (points("50", "30"), points("10", "1")):
            assert who.post(ADDRESS, {**inputs(text(who.get(ADDRESS))), **given}).status_code == 302
        assert [version for version, _points in sheets()] == [1, 2]

    def test_sent_twice_it_is_handed_in_once(self, who):
        sent = {**inputs(text(who.get(ADDRESS))), **points("50", "30")}
        assert [who.post(ADDRESS, sent).status_code for _ in range(2)] == [302, 302]
        assert len(sheets()) == 1
        assert Act.objects.filter(command="submit_score_sheet").count() == 1

    def test_gone_back_to_changed_and_sent_again_it_is_told_of_the_first(self, who):
        opened = inputs(text(who.get(ADDRESS)))
        who.post(ADDRESS, {**opened, **points("50", "30")})
        back = who.post(ADDRESS, {**opened, **points("49", "30")})
        assert back.status_code == 409
        assert inputs(text(back))["points-effect"] == "49"
        assert who.post(ADDRESS, inputs(text(back))).status_code == 302

    def test_what_a_locked_panel_takes_no_more_is_shown_and_not_taken_for_the_sheet(self, who, panel):
        who.post(ADDRESS, {**inputs(text(who.get(ADDRESS))), **points("50", "30")})
        opened = inputs(text(who.get(ADDRESS)))
        actions.lock_panel(panel=panel, at=timezone.now())
        late = who.post(ADDRESS, {**opened, **points("41.5", "30")})
        assert late.status_code == 409
        assert "the state is “locked”" in text(late).lower()
        assert re.search(r"which was not handed in:.*41\.5", text(late))
        assert "41.5" not in text(late).partition("<table")[2]
        assert len(sheets()) == 1


class TestPointsOutOfBounds:
    @pytest.mark.parametrize(
        ("effect", "code", "said"), [("999", "too_many_points", "points from 0 to 60."), ("50.05", "off_step", "in steps of")]
    )
    def test_they_are_refused_by_page_and_by_command(self, who, me, panel, effect, code, said):
        answer = who.post(ADDRESS, {**inputs(text(who.get(ADDRESS))), **points(effect, "30")})
        assert answer.status_code == 422
        assert said in text(answer)
        command = read_command(
            row_of("submit_score_sheet"),
            {"panel": panel.pk, "evaluator": "k-7", "item": "due", "points": {"effect": effect, "need": "30"}},
        )
        with pytest.raises(BadInput) as refused:
            run(row_of("submit_score_sheet"), command, Context(book(), me, timezone.now(), "api"))
        assert refused.value.code == code
        assert sheets() == []


class TestSessionsThatEnd:
    def test_the_points_are_there_again_after_logging_in(self, who, me):
        opened = inputs(text(who.get(ADDRESS)))
        who.logout()
        sent = who.post(ADDRESS, {**opened, **points("41.5", "30")})
        assert sent.status_code == 302
        assert "/login/" in sent["Location"]
        who.force_login(me)
        who.cookies["django_language"] = "en"
        page = text(who.get(ADDRESS))
        assert points("41.5", "30").items() <= inputs(page).items()
        assert "Your session had ended. What you had typed is here again." in page
        assert who.post(ADDRESS, inputs(page)).status_code == 302
        assert sheets() == [(1, {"effect": "41.5", "need": "30"})]

    def test_what_came_meanwhile_is_told_then_too(self, who, me):
        opened = inputs(text(who.get(ADDRESS)))
        who.logout()
        who.post(ADDRESS, {**opened, **points("41.5", "30")})
        other = visitor(me)
        other.post(ADDRESS, {**inputs(text(other.get(ADDRESS))), **points("50", "30")})
        who.force_login(me)
        assert who.post(ADDRESS, inputs(text(who.get(ADDRESS)))).status_code == 409

    def test_they_are_given_to_nobody_else(self, who, panel):
        opened = inputs(text(who.get(ADDRESS)))
        who.logout()
        who.post(ADDRESS, {**opened, **points("41.5", "30")})
        other = make.person("reviewer", username="other")
        actions.replace_evaluator(panel=panel, evaluator="k-8", person=other, code="k-9", at=timezone.now())
        who.force_login(other)
        assert "41.5" not in text(who.get(ADDRESS))


class TestWhatIsRead:
    def test_what_is_to_be_judged_stands_beside_the_points_without_whose_it_is(self, me):
        call = make.user_call(id="users-now")
        whose = make.organisation(name={"ko": "가나대학교", "en": "Gana University"})
        make.application(call, whose, id="due", servers=7, minimum_servers=3, weeks=11, gpu_models={"H200": "1"})
        make.panel(panel_id="panel-now", kind="application", subject=call.pk, criteria=CRITERIA, seats={"k-7": me})
        page = text(visitor(me).get(ADDRESS))
        shown = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.partition("What is to be judged")[2]))
        assert {"Servers": "7 (at least 3)", "Weeks": "11", "GPU model (value)": "H200 (1)"}.items() <= shown.items()
        assert {"Sector", "Purpose"} <= set(shown)
        assert "Gana" not in page

    def test_who_has_stepped_back_reads_nothing_of_it_and_is_told_why(self, who, panel):
        assert "No document is attached" in text(who.get(ADDRESS))
        actions.recuse(panel=panel, evaluator="k-7", item="due", reason="이해관계", at=make.START)
        page = text(who.get(ADDRESS))
        assert "Documents of this item are not shown to you, because you have stepped back from it." in page
        assert "No document is attached" not in page
        assert "What is to be judged" not in page
