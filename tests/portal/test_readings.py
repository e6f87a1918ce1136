"""Whatever an office is shown of others is on record: each person has names of their own, which are looked for in every answer.

The test knows no column and no page: it opens all that the menus lead to, in every form, and reads the bytes.
"""

import datetime as dt
import html
import io
import re
import zipfile
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection
from django.db.models import Count, F, Subquery
from django.db.models.functions import Upper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from django.utils import timezone

from dure.cycle.people import registrations
from dure.portal.api.tables import RESOURCES
from dure.portal.kit.personal.columns import Whose, personal
from dure.portal.kit.personal.purposes import PURPOSES, purpose_of
from dure.portal.urls import OF_EVERYBODY, ROUTES
from dure.records.journal.models import Entry
from dure.records.parties import actions as parties
from dure.records.parties import queries
from dure.records.parties.models import Person
from dure.records.readings import actions
from dure.records.readings.models import Reading
from portal.api_callers import Caller, token_of

OFFICES = ("ministry", "agency", "reviewer", "operator", "auditor")
KEYS: dict[tuple[str, str], str] = {}  # of whom a canary tells
ASKED = {
    "name": {"ko": "남원대학교", "en": "Namwon University"}, "kind": "academia", "address": "남원시 1", "desk": "applicant",
}  # fmt: skip
CANARY = re.compile(r"canary-([a-z]+)-(\w+)-x")
SPACES = ("account/", "acts/", "objects/")
CHANGES = re.compile(r"/(logout|calendar|language)/|/account/notices/\d+/|\.(svg|css|js|woff2)$|/decisions/\d+/\w+\.csv|/draft")


def named_apart(book):
    """Every person, invitation and request gets names that stand nowhere else."""
    for person in Person.objects.all():
        mark = f"canary-person-{person.pk}-x"
        Person.objects.filter(pk=person.pk).update(
            username=f"user-{mark}", name={"ko": f"이름 {mark}", "en": f"Name {mark}"}, email=f"{mark}@mail.example"
        )
    at, mark = timezone.now(), "canary-invitation-1-x"
    fields = {"name": {"ko": mark, "en": mark}, "email": f"{mark}@mail.example", "desk": "auditor"}
    by = queries.people(desk="agency").first()
    invited = parties.invite(digest="a" * 64, invited_by=by, made_at=at, expires_at=at + dt.timedelta(days=1), **fields)
    mark = "canary-registration-1-x"
    contact = {"contact_name": mark, "contact_email": f"{mark}@mail.example", "language": "ko", "number": "124-81-00998"}
    rules = registrations.rules_of(book, timezone.localdate())
    asked = registrations.ask({**ASKED, **contact}, [registrations.Upload("a.pdf", b"%PDF-1.7 x")], rules=rules, by=None, at=at)
    KEYS.update({("invitation", "1"): invited.pk, ("registration", "1"): asked.digest[:16]})
    KEYS.update({("person", str(each.pk)): each.uid for each in Person.objects.all()})


def seat(desk):
    return queries.people(desk=desk).first()


def text_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "".join(packed.read(each).decode(errors="replace") for each in packed.namelist())
    return content.decode(errors="replace")


def shown_in(text, reader):
    """The subjects whose names stand in the text, without the reader's own."""
    return {f"{kind}/{KEYS[kind, key]}" for kind, key in CANARY.findall(text)} - {f"person/{reader.uid}"}


def unrecorded(response, reader):
    """Subjects that the answer shows and no reading of this request names."""
    text = text_of(response)
    on_record = list(Reading.objects.filter(request=response.headers["X-Request-ID"]))
    if any(each.whole for each in on_record):
        return set(), on_record
    return shown_in(text, reader) - {subject for each in on_record for subject in each.subjects}, on_record


def crawl(visitor, desk):
    """Every page that the desk's menu leads to, one of each route and each list in all its forms."""
    waiting = [
        f"/{desk}/",
        "/account/",
        "/acts/",
        *(f"/{desk}/{each.address}" for each in ROUTES[desk] if "<" not in each.address),
    ]
    waiting += [
        f"/{each.address}"
        for space in OF_EVERYBODY
        for each in ROUTES[space]
        if each.relation == "signed in" and "<" not in each.address
    ]
    seen = set()
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        try:
            route = resolve(path)
        except Resolver404:
            continue
        key = (route.view_name, route.kwargs.get("name"), route.kwargs.get("kind"), urlsplit(address).query.split("=")[0],
               re.findall(r"format=\w+|rows=\w+|print=", address))  # fmt: skip
        if str(key) in seen or CHANGES.search(path) or "GET" not in route.func.route.methods:
            continue
        seen.add(str(key))
        response = visitor.get(address)
        yield address, response
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            for found in re.findall(r'href="([^"#]+)', response.content.decode()):
                linked = html.unescape(found)
                linked = f"{path}{linked}" if linked.startswith("?") else linked
                if linked.startswith("/") and (not urlsplit(linked).query or re.search("format=|print=", linked)):
                    waiting.append(linked)


@pytest.mark.parametrize("desk", OFFICES)
def test_every_name_on_every_page_and_file_is_on_record(world, desk):
    named_apart(world.book)
    reader = seat(desk)
    visitor = Client()
    visitor.force_login(reader)
    missing, opened, told = {}, 0, 0
    for address, response in crawl(visitor, desk):
        opened += 1
        lost, on_record = unrecorded(response, reader)
        told += len(on_record)
        if lost:
            missing[address] = sorted(lost)[:3]
        assert len(on_record) <= 1 or response.streaming, address
        for each in on_record:
            assert (each.reader_id, bool(each.purpose), bool(each.data)) == (reader.pk, True, True), address
    assert opened > 8
    assert told > 2
    assert missing == {}


def test_every_answer_of_the_api_is_on_record(world):
    named_apart(world.book)
    for desk in OFFICES:
        reader = seat(desk)
        caller = Caller(token_of(reader))
        for resource in RESOURCES:
            response = caller.client.get(f"/api/v1/{resource.noun}", headers=caller.headers)
            lost, on_record = unrecorded(response, reader)
            assert not lost, f"{desk}: {resource.noun}"
            assert {each.form for each in on_record} <= {"api"}
    assert Reading.objects.filter(route="api:records", reader=seat("agency"), data=["contact", "name"]).count() == 1


def log_in(username):
    visitor = Client(raise_request_exception=False)
    visitor.cookies["django_language"] = "en"
    visitor.force_login(Person.objects.get(username=username))
    return visitor


def last_reading():
    return Reading.objects.order_by("id").last()


@pytest.mark.usefixtures("world")
class TestTakingAListAlong:
    EVERYBODY = "/agency/people/?people-format=csv&people-rows=all"

    def test_an_office_says_why_it_takes_all_people_along(self):
        agency = log_in("agency-1")
        asked = agency.get(self.EVERYBODY)
        assert "Reason for the export" in asked.content.decode()
        assert not Reading.objects.exists(), "nothing was shown yet"
        refused = agency.post(self.EVERYBODY, {"reason": "short"})
        assert (refused.status_code, "Give the reason in" in refused.content.decode()) == (422, True)
        given = agency.post(self.EVERYBODY, {"reason": "감사 자료 제출, 문서 2026-117"})
        assert given.headers["Content-Type"].startswith("text/csv")
        assert "lab-1" in text_of(given)
        found = last_reading()
        assert (found.whole, found.count, found.form, found.subjects) == (True, Person.objects.count(), "csv", [])
        assert (found.reason, found.purpose, found.asked) == ("감사 자료 제출, 문서 2026-117", "seating", self.EVERYBODY)

    @pytest.mark.parametrize("address", ["/agency/people/?people-print=1", "/agency/people/?people-format=xlsx&people-rows=all",
                                         "/agency/registrations/?registrations-format=json&registrations-rows=all"])  # fmt: skip
    def test_no_other_form_goes_past_it(self, address):
        assert b"Reason for the export" in log_in("agency-1").get(address).content

    def test_chosen_rows_are_named_and_more_than_a_page_of_them_ask_for_a_reason(self):
        agency, few = log_in("agency-1"), Person.objects.filter(username__in=("lab-1", "shop-1"))
        address = "/agency/people/?people-format=csv&people-rows=chosen"
        assert "lab-1" in text_of(agency.get(address + "".join(f"&people-chosen={each.pk}" for each in few)))
        assert set(last_reading().subjects) == {"person/lab-1", "person/shop-1"}
        assert b"Reason for the export" in agency.get(address + "&people-chosen=1" * 26).content

    def test_the_filter_stays_with_the_record(self):
        address = self.EVERYBODY + "&people-q=lab"
        text_of(log_in("agency-1").post(address, {"reason": "문서 2026-117 확인"}))
        assert (last_reading().count, last_reading().asked) == (Person.objects.filter(username__contains="lab").count(), address)

    def test_a_program_of_an_office_gives_the_reason_with_its_question(self):
        office = Caller(token_of(Person.objects.get(username="agency-1")))
        for reason in ("", "?reason=short", "?reason=%E2%80%8B%E2%80%8B%E2%80%8Bhidden+characters"):
            refused = office.get(f"/api/v1/exports/people{reason}")
            assert (refused.status_code, refused.value["code"]) == (422, "reason_needed"), reason
        assert not Reading.objects.exists(), "nothing was shown yet"
        given = office.client.get("/api/v1/exports/people?reason=문서+2026-117+확인", headers=office.headers)
        assert "lab-1" in text_of(given)
        assert (last_reading().whole, last_reading().reason) == (True, "문서 2026-117 확인")
        assert office.client.get("/api/v1/exports/acts", headers=office.headers).status_code == 200
        own = Caller(token_of(Person.objects.get(username="lab-1")))
        assert own.client.get("/api/v1/exports/people", headers=own.headers).status_code == 200

    def test_lists_that_only_mention_people_are_counted_without_a_reason(self):
        text_of(log_in("auditor-1").get("/auditor/?journal-format=csv&journal-rows=all"))
        assert (last_reading().whole, last_reading().reason, last_reading().purpose) == (True, "", "auditing")


@pytest.mark.usefixtures("world")
class TestRecording:
    def test_a_list_is_one_reading_with_the_people_on_it_and_no_statement_more_than_that(self):
        agency = log_in("agency-1")
        agency.get("/agency/people/")
        with CaptureQueriesContext(connection) as captured:
            agency.get("/agency/people/")
        assert sum("readings_reading" in each["sql"] for each in captured) == 1
        assert len(captured) <= 15
        found = last_reading()
        others = Person.objects.exclude(username="agency-1").order_by("username")[: found.count]
        assert Reading.objects.count() == 2
        assert set(found.subjects) == {f"person/{each.uid}" for each in others}
        assert (found.desk, found.route, found.form, found.data) == ("agency", "agency:people", "page", ["name"])

    def test_what_cannot_be_put_on_record_is_not_shown(self, monkeypatch):
        def full(_new):
            raise OperationalError("could not extend file: No space left on device")

        monkeypatch.setattr(actions, "add", full)
        agency = log_in("agency-1")
        for address in ("/agency/people/", "/objects/person/lab-1/", "/agency/people/?people-format=csv"):
            answer = agency.get(address)
            assert (answer.status_code, b"lab-1" in answer.content) == (500, False), address
        answer = Caller(token_of(Person.objects.get(username="agency-1"))).client.get
        token = Caller(token_of(Person.objects.get(username="agency-1")))
        problem = answer("/api/v1/people", headers=token.headers)
        assert (problem.status_code, problem.headers["Content-Type"]) == (500, "application/problem+json")
        assert agency.get("/agency/organisations/").status_code == 200, "what shows nobody goes on"

    def test_people_outside_offices_and_one_s_own_data_are_not_on_record(self):
        for name, address in (("lab-1", "/account/"), ("lab-1", "/objects/person/lab-1/"), ("agency-1", "/account/")):
            assert log_in(name).get(address).status_code == 200
        assert not Reading.objects.exists()


@pytest.mark.usefixtures("world")
class TestPages:
    def test_a_person_sees_desk_and_purpose_and_not_who(self):
        assert "No office has viewed your data yet" in log_in("lab-1").get("/account/readings/").content.decode()
        Person.objects.filter(username="agency-1").update(name={"ko": "한담당", "en": "Officer Han"})
        log_in("agency-1").get("/objects/person/lab-1/")
        page = log_in("lab-1").get("/account/readings/").content.decode()
        assert "Looking up a record" in page
        assert "Agency" in page
        assert "you alone" in page
        assert "Officer Han" not in page
        assert b"Looking up a record" not in log_in("college-1").get("/account/readings/").content

    def test_an_auditor_finds_a_reading_by_reader_subject_and_request(self):
        log_in("agency-1").get("/objects/person/lab-1/")
        log_in("operator-1").get("/operator/")
        of_lab = Reading.objects.get(subjects__contains=["person/lab-1"])
        auditor = log_in("auditor-1")
        for wanted in (
            "readings-q=lab-1",
            "readings-q=person/lab-1",
            f"readings-request={of_lab.request}",
            "readings-purpose=looking",
        ):
            page = auditor.get(f"/auditor/readings/?{wanted}").content.decode()
            assert '<span class="in">Looking up a record</span>' in page, wanted
            assert '<span class="in">Filing and approving decisions</span>' not in page, wanted
        assert "Nothing matches" in auditor.get("/auditor/readings/?readings-q=beta-1").content.decode()
        for name in ("agency-1", "lab-1"):
            assert log_in(name).get("/auditor/readings/").status_code == 404

    def test_looking_into_the_log_is_on_record(self):
        log_in("agency-1").get("/objects/person/lab-1/")
        log_in("auditor-1").get("/auditor/readings/")
        assert (last_reading().route, last_reading().purpose) == ("auditor:readings", "auditing")
        assert {"person/lab-1", "person/agency-1"} <= set(last_reading().subjects)


def test_every_address_of_an_office_says_what_personal_data_is_read_for_there():
    for space, routes in ROUTES.items():
        for route in routes:
            if space not in {"health", "provider", "applicant"} and (space in {"api", "public"} or route.relation != "anyone"):
                name = route.name if space in OF_EVERYBODY else f"{space}:{route.name}"
                assert purpose_of(name) in PURPOSES, name


class TestColumns:
    def test_paths_and_expressions_tell_whose_they_are(self):
        rows = Entry.objects.all()
        found = personal(rows, ["seq", "who__name", F("who__email"), Upper("answer__who__username"), "subject"])
        assert found == {
            Whose("person", "who__uid"): frozenset({"name", "contact"}), Whose("person", "answer__who__uid"): frozenset({"name"}),
        }  # fmt: skip
        assert [each.own for each in found] == [False, False]
        assert [each.own for each in personal(Person.objects.all(), ["name"])] == [True]

    def test_an_annotation_that_hides_a_name_is_refused(self):
        rows = Person.objects.annotate(label=Upper("name"), first=Subquery(Person.objects.values("email")[:1]), n=Count("roles"))
        assert personal(rows, ["n"]) == {}
        for hidden in ("label", "first"):
            with pytest.raises(TypeError, match="select personal data by its path"):
                personal(rows, [hidden])
