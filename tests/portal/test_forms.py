"""The pages of acts: who sees a form, what is kept on an error, once is once, drafts, stale versions; the pages of subjects."""

import datetime as dt
import html
import json
import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone, translation

import factories
from dure.cycle.commands.registry import COMMANDS
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.programme import book
from dure.formats.commands.demand import LONGEST_ROUND
from dure.formats.errors import Refused
from dure.portal.api.problems import KINDS
from dure.portal.kit.form.fields import fields_of
from dure.portal.kit.form.writing import written
from dure.portal.subjects.acts.door import refers
from dure.portal.subjects.acts.drafting import signed
from dure.portal.subjects.acts.groups import ARMS
from dure.portal.subjects.acts.naming import address, address_of
from dure.portal.subjects.acts.naming import key as key_of
from dure.portal.subjects.acts.refusing import CONFLICTS, status_of
from dure.records.demand import queries as demand
from dure.records.drafts import queries as drafts
from dure.records.journal import queries as journal
from dure.records.parties import queries as parties
from portal.samples import plain_of

pytestmark = pytest.mark.django_db
ROWS = {row.name: row for row in COMMANDS}
NOW = timezone.now()


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def visitor():
    """`visitor(person, language="en")`: a browser without a script, logged in as that person."""

    def logged_in(person, language="en"):
        client = Client()
        client.force_login(person)
        client.cookies["django_language"] = language
        return client

    return logged_in


def act(name, who, /, **given):
    row = ROWS[name]
    return run(row, read_command(row, given), Context(book(), who, timezone.now(), "script"))


@pytest.fixture
def agency():
    return factories.the("agency")


@pytest.fixture
def call(agency):
    """A user call that is open now."""
    opens, closes = NOW - dt.timedelta(days=3), NOW + dt.timedelta(days=3)
    act(
        "open_user_call",
        agency,
        id="call-1",
        title={"ko": "공모", "en": "Call"},
        opens_at=opens.isoformat(),
        closes_at=closes.isoformat(),
    )
    act("add_gpu_model", agency, id="H200", relative_compute="1", gpus_per_server=8)
    return "call-1"


@pytest.fixture
def applicant():
    return factories.person("applicant", organisation=factories.organisation(id="uni", name={"ko": "대학교", "en": "University"}))


def inputs(page):
    """Every hidden and filled input of the form that the page holds, as a browser would send it."""
    form = re.search(r'<form method="post" action="/acts/[^"]*".*?</form>', page, re.DOTALL)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        ticked = given.get("type") not in {"checkbox", "radio"} or " checked" in tag
        if "name" in given and ticked:
            found[given["name"]] = html.unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


def text(answer):
    return answer.content.decode()


def application(**changes):
    given = {
        "call": "call-1", "id": "a-1", "organisation": "uni", "sector": "academia_research", "title": "Proteins",
        "purpose": "basic_research",
        "models-count": "1", "models-0-models.key": "H200", "models-0-models.value": "1", "servers": "2", "minimum_servers": "1",
        "weeks": "12", "latest_week": "4", "pod": "preferred",
    }  # fmt: skip
    return {**given, **changes}


def send(client, path, **given):
    return client.post(path, given)


def checked(client, path, given):
    """The check page's inputs, after the form was opened and filled in."""
    opened = inputs(text(client.get(path)))
    page = client.post(path, {**opened, **given, "do": "check"})
    assert page.status_code == 200, text(page)[:3000]
    assert "What you filled in" in text(page)
    return inputs(text(page))


# Every command


@pytest.mark.parametrize("language", ["ko", pytest.param("en", marks=pytest.mark.long)])
def test_every_form_shows_and_its_sample_passes_to_the_check(visitor, language):
    """Each command for a person who may do it: the form shows, and a valid sample is shown for the check or refused in words."""
    people = {desk: factories.person(desk, organisation=factories.organisation() if desk in {"provider", "applicant"} else None)
              for desk in ("ministry", "agency", "reviewer", "provider", "applicant", "operator", "auditor")}  # fmt: skip
    for row in COMMANDS:
        client = visitor(people[row.by[0].desk], language)
        page = client.get(f"/acts/{row.name}/")
        assert page.status_code == 200, row.name
        with translation.override(language):
            assert translation.gettext(row.label) in html.unescape(text(page))
        values = _sample(row)
        sent = client.post(f"/acts/{row.name}/", {**inputs(text(page)), **written(fields_of(row.command), values), "do": "check"})
        assert sent.status_code in {200, 409, 422}, row.name
        if sent.status_code != 200:
            assert 'id="problems"' in text(sent), row.name
            assert "Fill this in" not in text(sent), f"{row.name}: {text(sent)[:200]}"


def _sample(row):
    """The first valid values that come to mind."""
    from hypothesis import HealthCheck, Phase, given, settings

    found = []

    @settings(max_examples=1, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(plain_of(row.command))
    def take(values):
        found.append(values)

    take()
    return found[0]


def test_forms_of_other_desks_do_not_exist(visitor, applicant):
    client = visitor(applicant)
    there = [row.name for row in COMMANDS if client.get(f"/acts/{row.name}/").status_code == 200]
    assert set(there) == {row.name for row in COMMANDS if any(seat.desk == "applicant" for seat in row.by)}
    nothing, other = client.get("/acts/never_was/"), client.get("/acts/lock_panel/")
    assert (nothing.status_code, text(nothing)) == (other.status_code, text(other))
    assert Client().get("/acts/ask_question/").status_code == 302


def test_the_list_holds_what_is_open_and_finds_it(visitor, applicant):
    client = visitor(applicant)
    page = text(client.get("/acts/"))
    assert "/acts/submit_application/" in page
    assert "/acts/lock_panel/" not in page
    found = text(client.get("/acts/?q=appeal"))
    assert "/acts/open_appeal/" in found
    assert "/acts/submit_application/" not in found
    assert "no act open" in text(visitor(factories.person()).get("/acts/"))


def test_every_act_that_has_a_page_is_in_one_group():
    listed = [row.name for _title, rows in ARMS for row in rows]
    assert sorted(listed) == sorted(row.name for row in COMMANDS)


def test_people_find_the_acts_on_documents_at_their_desks(visitor, applicant, agency):
    for who, wanted, names in (
        (applicant, "attach", ("attach_to_application", "attach_to_grant")),
        (applicant, "remove", ("remove_document",)),
        (agency, "publish", ("publish_with_provider_call", "publish_with_user_call", "unpublish_document")),
    ):
        page = text(visitor(who).get(f"/acts/?q={wanted}"))
        assert [name for name in names if f"/acts/{name}/" not in page] == []


# One act


@pytest.mark.usefixtures("call")
def test_from_the_form_to_the_act(visitor, applicant):
    client = visitor(applicant)
    opened = text(client.get("/acts/submit_application/?call=call-1"))
    assert inputs(opened)["organisation"] == "uni"
    assert inputs(opened)["id"].startswith("application-")
    check = checked(client, "/acts/submit_application/?call=call-1", application())
    done = client.post("/acts/submit_application/?call=call-1", {**check, "do": "confirm"})
    assert done.status_code == 302
    said = text(client.get(done["Location"]))
    assert "Done and recorded" in said
    assert "/objects/application/a-1/" in said
    assert journal.acts(about="application/a-1").get().via == "page"
    assert not drafts.drafts_of(applicant).exists()


@pytest.mark.usefixtures("call")
def test_no_form_asks_whether_it_is_invented(visitor, applicant, agency):
    """Only imports, machines and scripts say so; what a page sends of it is not read."""
    for name, person in (("submit_application", applicant), ("register_organisation", agency)):
        page = text(visitor(person).get(f"/acts/{name}/"))
        assert 'name="synthetic"' not in page
        assert "Invented" not in page
    client = visitor(applicant)
    check = checked(client, "/acts/submit_application/", application(synthetic="yes"))
    done = client.post("/acts/submit_application/", {**check, "do": "confirm"})
    assert "Invented" not in text(client.get(done["Location"]))
    assert journal.acts(about="application/a-1").get().input.value()["synthetic"] is False
    act("submit_application", applicant, **{**_plain_application(), "id": "a-2", "synthetic": True})
    made = journal.acts(about="application/a-2").get()
    assert "Invented" in text(client.get(f"/acts/done/{made.pk}/"))


@pytest.mark.usefixtures("call")
def test_whoever_can_begin_in_any_week_need_not_know_the_round(visitor, applicant):
    client, path = visitor(applicant), "/acts/submit_application/?call=call-1"
    page = text(client.get(path))
    assert "0 is the round&#x27;s first" in page
    assert "The day of the round&#x27;s first week is not set yet" in page
    given = application()
    del given["latest_week"]
    sent = client.post(path, {**inputs(page), **given, "do": "check"})
    assert "Any week of the round" in text(sent)
    client.post(path, {**inputs(text(sent)), "do": "confirm"})
    assert journal.acts(about="application/a-1").get().input.value()["latest_week"] == LONGEST_ROUND
    factories.round_(user_call=demand.user_call("call-1"), start_on=dt.date(2026, 3, 2))
    known = text(client.get(f"{path}&draft=new"))
    assert "week 0 begins on 2 March 2026 and week 1 on 9 March 2026; it has 26 weeks" in known


@pytest.mark.usefixtures("call")
def test_an_error_keeps_every_input_and_leads_to_it(visitor, applicant):
    page = send(visitor(applicant), "/acts/submit_application/", do="check", **application(weeks="twelve", title=""))
    said = text(page)
    assert page.status_code == 422
    assert "<title>Error: " in said
    assert 'href="#f-weeks"' in said
    assert 'href="#f-title"' in said
    assert inputs(said)["weeks"] == "twelve"
    assert inputs(said)["models-0-models.key"] == "H200"
    korean = send(visitor(applicant, "ko"), "/acts/submit_application/", do="check", **application(weeks="x"))
    assert "<title>오류: " in text(korean)


@pytest.mark.usefixtures("call")
def test_a_refusal_of_the_records_keeps_every_input(visitor, applicant):
    client = visitor(applicant)
    check = checked(client, "/acts/submit_application/", application())
    assert client.post("/acts/submit_application/", {**check, "do": "confirm"}).status_code == 302
    refused = client.post("/acts/submit_application/", {**application(), "do": "check"})
    assert refused.status_code == 409
    assert "This id is taken" in text(refused)
    assert inputs(text(refused))["title"] == "Proteins"


def test_sent_twice_is_done_once(visitor, agency):
    client = visitor(agency)
    given = {"id": "x", "name-ko": "기관", "kind": "university"}
    check = checked(client, "/acts/register_organisation/", given)
    first = client.post("/acts/register_organisation/", {**check, "do": "confirm"})
    second = client.post("/acts/register_organisation/", {**check, "do": "confirm"})
    assert first["Location"] == second["Location"]
    assert journal.acts(about="organisation/x").count() == 1


@pytest.mark.usefixtures("call")
def test_what_another_did_meanwhile_is_shown(visitor, agency):
    person = factories.person("applicant", organisation=factories.organisation())
    client = visitor(agency)
    opened = inputs(text(client.get(f"/acts/give_role/?person={person.uid}")))
    act("give_role", factories.the("agency", 2), person=person.uid, desk="operator")
    page = client.post(f"/acts/give_role/?person={person.uid}", {**opened, "desk": "agency", "do": "check"})
    assert page.status_code == 409
    assert "has changed" in text(page)
    assert "Give a role" in text(page)
    assert str(factories.the("agency", 2).name["ko"]) in text(page)
    again = client.post(f"/acts/give_role/?person={person.uid}", {**inputs(text(page)), "desk": "agency", "do": "check"})
    assert again.status_code == 200
    act("end_role", factories.the("agency", 2), person=person.uid, desk="operator")
    late = client.post(f"/acts/give_role/?person={person.uid}", {**inputs(text(again)), "do": "confirm"})
    assert late.status_code == 409
    assert "End a role" in text(late)


def test_a_page_answers_a_conflict_with_the_status_of_the_api():
    assert {key for key, kind in KINDS.items() if kind.status == 409} == CONFLICTS
    assert {status_of(Refused("", code=key)) for key in CONFLICTS} == {409}
    assert status_of(Refused("", code="unknown_id")) == 422, "what was typed names nothing"


def test_what_can_be_taken_back_leads_there(visitor, agency):
    person = factories.person("operator")
    client = visitor(agency)
    check = checked(client, "/acts/give_role/", {"person": person.uid, "desk": "auditor"})
    done = client.post("/acts/give_role/", {**check, "do": "confirm"})
    said = html.unescape(text(client.get(done["Location"])))
    back = re.search(r'href="(/acts/end_role/\?[^"]*)"', said)[1]
    assert inputs(text(client.get(back)))["person"] == person.uid


@pytest.mark.usefixtures("call")
def test_another_organisations_grant_looks_like_none(visitor, applicant):
    theirs = factories.organisation(id="other")
    client = visitor(applicant)
    page = send(client, "/acts/submit_application/", do="check", **application(organisation=theirs.pk))
    none = send(client, "/acts/submit_application/", do="check", **application(organisation="never-was"))
    assert page.status_code == none.status_code == 422
    strip = re.compile(r'name="(csrfmiddlewaretoken|page-by|organisation)" value="[^"]*"|<option[^>]*>[^<]*</option>')
    assert strip.sub("", text(page)) == strip.sub("", text(none))


@pytest.mark.usefixtures("call")
def test_rows_are_added_without_a_script(visitor, applicant):
    client = visitor(applicant)
    opened = inputs(text(client.get("/acts/submit_application/")))
    more = text(client.post("/acts/submit_application/", {**opened, "do": "add:models", "title": "T"}))
    assert inputs(more)["models-count"] == "2"
    assert inputs(more)["title"] == "T"


# The parts of a long form


def parts(page):
    """The task list: by the title of a part its state."""
    listed = re.search(r'<ol class="task-list">.*?</ol>', page, re.DOTALL)[0]
    lines = re.findall(r'<a href="#(part-[0-9])" aria-describedby="\1-state">(.*?)</a>.*?id="\1-state">(.*?)</span>', listed)
    assert all(f'id="{anchor}" tabindex="-1" aria-labelledby="h-{anchor}"' in page for anchor, _title, _state in lines)
    return {title: state for _anchor, title, state in lines}


@pytest.mark.usefixtures("call")
def test_a_long_form_begins_with_its_task_list(visitor, applicant):
    client, path = visitor(applicant), "/acts/submit_application/?call=call-1"
    opened = text(client.get(path))
    assert parts(opened)["Call and applicant"] == "Complete"
    assert parts(opened)["Servers asked for"] == "Not started"
    assert "1 of 4 parts complete, 1 more optional" in opened
    saved = client.post(path, {**inputs(opened), "weeks": "12", "title": "Proteins", "do": "save"})
    again = text(client.get(saved["Location"]))
    assert parts(again)["Time of use"] == "Complete"
    assert parts(again)["Project"] == "In progress: 2 answers are still needed"
    assert "2 of 4 parts complete" in again
    assert "2 of 4 parts complete" in text(client.get("/acts/"))
    assert "작성 항목 4개 중 2개 완료, 선택 항목 1개" in text(visitor(applicant, "ko").get(saved["Location"]))


@pytest.mark.usefixtures("call")
def test_the_errors_of_a_long_form_stand_in_the_order_of_its_parts(visitor, applicant):
    page = text(send(visitor(applicant), "/acts/submit_application/", do="check", **application(sector="", title="", weeks="x")))
    assert re.findall(r'<li><a href="#f-([a-z]+)">', page) == ["title", "sector", "weeks"]
    assert parts(page)["Project"] == "In progress: 2 answers are still needed"
    assert page.index('id="problems"') < page.index("task-list") < page.index('id="f-title"') < page.index('id="f-sector"')


@pytest.mark.usefixtures("call")
def test_the_check_groups_the_answers_and_leads_back_to_each_part(visitor, applicant):
    client, path = visitor(applicant), "/acts/submit_application/?call=call-1"
    page = text(client.post(path, {**inputs(text(client.get(path))), **application(), "do": "check"}))
    titles = re.findall(r'<h3 id="h-part-[0-9]">[0-9]\. (.*?)</h3>', page)
    assert titles == list(parts(text(client.get(path))))
    assert page.index(titles[2]) < page.index("<dt>Servers</dt>") < page.index(titles[3])
    back = re.findall(r'name="do" value="edit" formaction="(.*?)"', page)
    assert back == [f"{path}#part-{place}" for place in range(1, 6)]
    again = text(client.post(back[2].partition("#")[0], {**inputs(page), "do": "edit"}))
    assert inputs(again)["title"] == "Proteins"
    assert set(parts(again).values()) == {"Complete", "Optional"}


def test_a_short_form_has_no_task_list(visitor, agency):
    page = text(visitor(agency).get("/acts/open_user_call/"))
    assert "task-list" not in page
    assert "<h2>Fill in</h2>" in page


# Drafts


@pytest.mark.usefixtures("call")
def test_a_draft_is_saved_restored_and_deleted(visitor, applicant):
    client = visitor(applicant)
    path = "/acts/submit_application/?call=call-1"
    opened = inputs(text(client.get(path)))
    saved = client.post("/acts/submit_application/draft/", {**opened, "title": "Half a title"})
    assert "Saved at" in json.loads(text(saved))["says"]
    again = text(visitor(applicant).get(path))
    assert inputs(again)["title"] == "Half a title"
    assert "Restored" in again
    assert "Half" not in text(visitor(factories.person("applicant", organisation=factories.organisation())).get(path))
    listed = html.unescape(text(client.get("/acts/")))
    assert path in listed
    assert client.post(path, {**inputs(again), "do": "discard"}).status_code == 302
    assert not drafts.drafts_of(applicant).exists()


@pytest.mark.usefixtures("call")
def test_the_button_saves_without_a_script(visitor, applicant):
    client = visitor(applicant)
    opened = inputs(text(client.get("/acts/submit_application/")))
    assert client.post("/acts/submit_application/", {**opened, "title": "By button", "do": "save"}).status_code == 302
    assert inputs(text(client.get("/acts/submit_application/")))["title"] == "By button"


FORM = "/acts/submit_application/"


def autosave(client, opened, **typed):
    """What the script of a window saves; the window then has that version."""
    answer = client.post(f"{FORM}draft/", {**opened, **typed})
    saved = json.loads(text(answer))
    opened.update(typed, **{"page-draft": saved["version"]})
    return saved


def everything_saved(person):
    """Every title that is kept in any draft of that person, also of other windows."""
    kept = [[each.inputs, *(other["inputs"] for other in each.displaced)] for each in drafts.drafts_of(person)]
    return sorted(each["title"] for some in kept for each in some)


def windows(client, count, path=FORM):
    return [inputs(text(client.get(path))) for _ in range(count)]


def displaced_links(page):
    return re.findall(r'href="(/acts/submit_application/[^"]*draft=[0-9]+)"', html.unescape(page))


@pytest.mark.usefixtures("call")
def test_of_two_windows_the_later_wins_and_nothing_is_lost(visitor, applicant):
    client = visitor(applicant)
    left, right = windows(client, 2)
    autosave(client, left, title="Left")
    assert autosave(client, right, title="Right")["displaced"]
    page = text(client.get(FORM))
    assert inputs(page)["title"] == "Right"
    assert "Other windows saved this draft, too" in page
    (link,) = displaced_links(page)
    assert inputs(text(client.get(link)))["title"] == "Left"


@pytest.mark.usefixtures("call")
def test_going_on_with_the_other_windows_draft_keeps_the_newer(visitor, applicant):
    client = visitor(applicant)
    left, right = windows(client, 2)
    autosave(client, left, title="Left")
    autosave(client, right, title="Right")
    (link,) = displaced_links(text(client.get(FORM)))
    other = inputs(text(client.get(link)))
    assert autosave(client, other, title="Left, edited")["displaced"]
    assert not autosave(client, other, title="Left, edited twice")["displaced"]
    assert everything_saved(applicant) == ["Left, edited twice", "Right"]


@pytest.mark.usefixtures("call")
def test_of_three_windows_each_is_kept_once(visitor, applicant):
    client = visitor(applicant)
    some = windows(client, 3)
    for turn in ("once", "twice"):
        for place, window in enumerate(some):
            autosave(client, window, title=f"{place} {turn}")
    assert everything_saved(applicant) == ["0 twice", "1 twice", "2 twice"]
    assert len(displaced_links(text(client.get(FORM)))) == 2


@pytest.mark.usefixtures("call")
def test_what_another_window_saved_outlives_the_act_and_the_deletion(visitor, applicant):
    client = visitor(applicant)
    path = f"{FORM}?call=call-1"
    left, right = windows(client, 2, path)
    autosave(client, left, title="Left")
    autosave(client, right, title="Right")
    check = inputs(text(client.post(path, {**right, **application(title="Right"), "do": "check"})))
    assert client.post(path, {**check, "do": "confirm"}).status_code == 302
    assert everything_saved(applicant) == ["Left"]
    kept, newer = windows(client, 2, path)
    assert kept["title"] == "Left"
    autosave(client, newer, title="Newer")
    client.post(path, {**kept, "do": "discard"})
    assert everything_saved(applicant) == ["Newer"]
    client.post(path, {**newer, "do": "discard"})
    assert everything_saved(applicant) == []


@pytest.mark.usefixtures("call")
def test_what_a_lost_session_left_behind_displaces_and_does_not_delete(visitor, applicant):
    client, path = visitor(applicant), f"{FORM}?call=call-1"
    (lost,) = windows(client, 1, path)
    autosave(client, lost, title="Lost")
    autosave(client, windows(client, 1, path)[0], title="Saved meanwhile")
    client.logout()
    client.post(path, {**lost, "title": "Typed late", "do": "check"})
    client.force_login(applicant)
    assert inputs(text(client.get(path)))["title"] == "Typed late"
    assert everything_saved(applicant) == ["Saved meanwhile", "Typed late"]


# Drafts of several subjects


@pytest.fixture
def calls(agency, call):
    """Two user calls that are open now."""
    opens, closes = NOW - dt.timedelta(days=3), NOW + dt.timedelta(days=3)
    span = {"opens_at": opens.isoformat(), "closes_at": closes.isoformat()}
    act("open_user_call", agency, id="call-2", title={"ko": "둘째", "en": "Second"}, **span)
    return [f"{FORM}?call={each}" for each in (call, "call-2")]


def test_a_draft_belongs_to_the_call_that_the_address_names(visitor, applicant, calls):
    client = visitor(applicant)
    first, second = calls
    autosave(client, windows(client, 1, first)[0], title="To the first")
    other = inputs(text(client.get(second)))
    assert (other["call"], other.get("title", "")) == ("call-2", "")
    autosave(client, other, title="To the second")
    for path, call_id, title in ((first, "call-1", "To the first"), (second, "call-2", "To the second")):
        shown = inputs(text(client.get(path)))
        assert (shown["call"], shown["title"]) == (call_id, title)
    listed = html.unescape(text(client.get("/acts/")))
    assert first in listed
    assert second in listed
    assert "Second" in listed, "by the name of its call"


def test_without_an_address_the_last_draft_is_shown_and_the_others_are_named(visitor, applicant, calls):
    client = visitor(applicant)
    for path, title in zip(calls, ("To the first", "To the second"), strict=True):
        autosave(client, windows(client, 1, path)[0], title=title)
    page = html.unescape(text(client.get(FORM)))
    assert inputs(page)["title"] == "To the second"
    assert f'href="{calls[0]}"' in page
    anew = inputs(text(client.get(f"{FORM}?draft=new")))
    assert anew.get("title", "") == ""
    autosave(client, anew, call="call-1", title="Begun anew")
    assert everything_saved(applicant) == ["Begun anew", "To the first", "To the second"]


def test_a_draft_that_began_without_a_call_is_found_by_the_one_that_was_chosen(visitor, applicant, calls):
    client = visitor(applicant)
    (blank,) = windows(client, 1)
    autosave(client, blank, title="Without a call")
    assert inputs(text(client.get(FORM)))["title"] == "Without a call"
    autosave(client, blank, call="call-2", title="With a call")
    assert inputs(text(client.get(calls[1])))["title"] == "With a call"
    assert inputs(text(client.get(calls[0]))).get("title", "") == ""
    assert everything_saved(applicant) == ["With a call"], "it has moved"


def test_another_call_chosen_in_a_draft_leaves_the_draft_of_the_first(visitor, applicant, calls):
    client = visitor(applicant)
    autosave(client, windows(client, 1, calls[0])[0], title="To the first")
    (again,) = windows(client, 1)
    autosave(client, again, call="call-2", title="To the second")
    assert inputs(text(client.get(calls[0])))["title"] == "To the first"
    assert inputs(text(client.get(calls[1])))["title"] == "To the second"


def test_a_draft_saved_before_drafts_had_subjects_is_found(visitor, applicant, calls):
    client = visitor(applicant)
    (window,) = windows(client, 1, calls[0])
    autosave(client, window, title="Old")
    drafts.drafts_of(applicant).update(about="")
    (shown,) = windows(client, 1, calls[0])
    assert shown["title"] == "Old"
    autosave(client, shown, title="Gone on with")
    assert everything_saved(applicant) == ["Gone on with"]


def test_every_act_on_another_subject_keeps_a_draft_for_each():
    """What a page of a subject leads to is kept by that subject, whichever act it is."""
    for row in COMMANDS:
        for field in fields_of(row.command):
            if field.kind == "text" and refers(field.struct, field.name):
                one, two = ({field.name: each} for each in ("one", "two"))
                assert key_of(row, one, {}) != key_of(row, two, {}) != "", (row.name, field.name)
                again = address_of(address(row, one, {}))
                assert key_of(row, one, one) == key_of(row, one, {}) == key_of(row, again, {})


@pytest.mark.usefixtures("call")
def test_what_was_typed_survives_a_session_that_ended(visitor, applicant):
    path = "/acts/submit_application/?call=call-1"
    client = visitor(applicant)
    opened = inputs(text(client.get(path)))
    client.logout()
    sent = client.post(path, {**opened, "title": "Typed late", "do": "check"})
    assert sent.status_code == 302
    assert "/login/" in sent["Location"]
    client.force_login(applicant)
    client.cookies["django_language"] = "en"
    page = text(client.get(path))
    assert inputs(page)["title"] == "Typed late"
    assert "session had ended" in page


@pytest.mark.usefixtures("call")
def test_what_one_typed_is_given_to_nobody_else(applicant):
    path = "/acts/submit_application/"
    client = Client()
    client.post(path, {"page-by": signed(applicant), "title": "Secret", "do": "check"})
    client.force_login(factories.person("applicant", organisation=factories.organisation()))
    assert "Secret" not in text(client.get(path))


# Filing


def test_what_is_missing_for_a_decision_is_said_and_what_is_ready_is_filed(visitor, agency):
    act("appropriate", factories.the("ministry"), amount=1_000_000, appropriated_on="2025-01-02")
    client = visitor(agency)
    page = text(client.get("/acts/filing/"))
    nothing = page.count("There is nothing yet that it could be about")
    assert nothing == 7  # all but the two of the programme as a whole, the open call, and what says more
    assert page.count("No month is metered yet") == 2
    assert page.count("No round has been opened yet") == 2
    assert "Nothing has been reported yet" in page
    path = "/acts/file_budget/?subject=2025-01-02"
    opened = inputs(text(client.get(path)))
    assert json.loads(opened["facts"])["appropriation_amount"] == 1_000_000
    check = client.post(path, {**opened, "do": "check"})
    assert "nobody changed them" in text(check)
    assert "facts" not in inputs(text(check))


def test_an_edit_is_compared_filed_and_shown_to_whoever_approves(visitor, agency):
    act("appropriate", factories.the("ministry"), amount=1_000_000, appropriated_on="2025-01-02")
    client = visitor(agency)
    path = "/acts/file_budget/?subject=2025-01-02"
    opened = inputs(text(client.get(path)))
    facts = json.loads(opened["facts"])
    facts["appropriation_amount"] = 2_000_000
    check = client.post(path, {**opened, "facts": json.dumps(facts), "do": "check"})
    assert "You changed 1 places" in text(check)
    assert re.search("KRW 1,000,000</span></td><td[^>]*><span class=.in.>KRW 2,000,000", text(check))
    done = client.post(path, {**inputs(text(check)), "do": "confirm"})
    assert done.status_code == 302, text(done)[:2000]
    entry = journal.pending(decision="budget").get()
    assert entry.edits == [{"path": ["appropriation_amount"], "before": 1_000_000, "after": 2_000_000}]
    shown = text(visitor(factories.the("ministry")).get(f"/ministry/decisions/{entry.seq}/"))
    assert "Facts edited by a person" in shown
    assert re.search("KRW 1,000,000</span></td><td[^>]*><span class=.in.>KRW 2,000,000", shown)
    assert "Appropriation" in shown


# Subjects


@pytest.mark.usefixtures("call")
def test_a_subject_shows_its_state_what_may_be_done_and_what_happened(visitor, agency, applicant):
    act("submit_application", applicant, **_plain_application())
    page = html.unescape(text(visitor(agency).get("/objects/user_call/call-1/")))
    assert "Applications are taken until" in page
    assert "/acts/open_round/?call=call-1" in page
    assert "Open a user call" in page
    assert agency.name["ko"] in page
    own = text(visitor(applicant).get("/objects/application/a-1/"))
    assert "conditions are being checked" in own
    assert applicant.name["ko"] in own
    other = visitor(factories.person("applicant", organisation=factories.organisation()))
    assert other.get("/objects/application/a-1/").status_code == 404
    assert "Decisions" not in own
    to_apply = html.unescape(text(other.get("/objects/user_call/call-1/")))
    assert "/acts/submit_application/?call=call-1" in to_apply
    assert agency.name["ko"] not in to_apply


def _plain_application():
    return {
        "call": "call-1", "id": "a-1", "organisation": "uni", "sector": "academia_research", "title": "Proteins",
        "purpose": "basic_research",
        "models": {"H200": "1"}, "servers": 2, "minimum_servers": 1, "weeks": 12, "latest_week": 4,
    }  # fmt: skip


def test_every_kind_of_subject_has_its_page(visitor):
    """Whatever there is of a kind is shown to the agency, in both languages; what there is not is missing."""
    world = factories.grant()
    made = {
        "grant": world.pk, "application": world.application_id, "round": world.round_id, "pool": world.pool_id,
        "user_call": world.application.user_call_id, "organisation": world.application.organisation_id, "month": "2026-03",
        "person": factories.the("operator").uid, "call": factories.call().pk, "panel": factories.panel().pk,
    }  # fmt: skip
    for language in ("ko", "en"):
        client = visitor(factories.the("agency"), language)
        for kind, key in made.items():
            answer = client.get(f"/objects/{kind}/{quote(key)}/")
            assert answer.status_code == 200, kind
            assert text(answer).count("<h1>") == 1
        assert client.get("/objects/grant/never/").status_code == 404
        assert client.get("/objects/weather/x/").status_code == 404


def test_a_person_unknown_to_others_keeps_their_page(visitor, applicant, agency):
    path = f"/objects/person/{agency.uid}/"
    assert visitor(applicant).get(path).status_code == 404
    assert visitor(agency).get(path).status_code == 200
    assert parties.person_by_uid(agency.uid) is not None
