"""Official roles need two people, roles may end, and whoever leaves has nothing left."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

import factories as make
from acting import acting_as_the_app
from database import unguarded
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.installing import first
from dure.cycle.installing.examining import checkup
from dure.cycle.people.secrets import new_secret
from dure.cycle.programme import book
from dure.formats.errors import BadInput, Refused
from dure.records.parties import queries
from dure.records.parties.models import Person, Role, Token
from people.steps import PASSWORD, browser, inputs, log_in, person

pytestmark = pytest.mark.django_db


def do(command, by, **given):
    row = row_of(command)
    fresh = Person.objects.get(pk=by.pk)
    now = timezone.now()
    return run(row, read_command(row, given), Context(book(), fresh, now, "page", confirmed_at=now))


def desks(who):
    return Person.objects.get(pk=who.pk).desks


@pytest.fixture
def agency():
    return person("agency")


@pytest.fixture
def ministry():
    return person("ministry")


@pytest.mark.parametrize("desk", ["ministry", "agency", "operator", "auditor", "reviewer"])
def test_an_officials_role_begins_when_a_second_person_confirms_it(agency, ministry, desk):
    new = make.person()
    do("give_role", agency, person=new.uid, desk=desk)
    assert desks(new) == frozenset()
    assert not queries.people(desk=desk).filter(pk=new.pk).exists()
    with pytest.raises(Refused) as refused:
        do("confirm_role", agency, person=new.uid, desk=desk)
    assert refused.value.code == "four_eyes"
    do("confirm_role", ministry, person=new.uid, desk=desk)
    assert desks(new) == {desk}
    role = Role.objects.get(person=new)
    assert (role.given_by, role.confirmed_by, role.alone) == (agency, ministry, False)


def test_nobody_confirms_a_role_of_their_own(agency):
    second = person("agency")
    do("give_role", agency, person=second.uid, desk="ministry")
    with pytest.raises(Refused) as refused:
        do("confirm_role", second, person=second.uid, desk="ministry")
    assert refused.value.code == "four_eyes"


def test_the_only_administrator_seats_the_second_and_no_third(agency):
    second, third, auditor = make.person(), make.person(), make.person()
    do("give_role", agency, person=auditor.uid, desk="auditor")
    assert desks(auditor) == frozenset()
    do("give_role", agency, person=second.uid, desk="ministry")
    assert desks(second) == {"ministry"}
    assert Role.objects.get(person=second).alone
    do("give_role", agency, person=third.uid, desk="agency")
    assert desks(third) == frozenset()
    do("confirm_role", second, person=auditor.uid, desk="auditor")
    assert desks(auditor) == {"auditor"}


@pytest.mark.parametrize("ending", ["end_role", "close_account"])
def test_nobody_becomes_the_only_official_by_ending_the_other(agency, ministry, ending):
    """For a week two are asked for; afterwards the one who is left seats another."""
    given = {"desk": "ministry"} if ending == "end_role" else {}
    do(ending, agency, person=ministry.uid, **given)
    puppet, later = make.person(), make.person()
    do("give_role", agency, person=puppet.uid, desk="ministry")
    assert desks(puppet) == frozenset()
    with pytest.raises(Refused) as refused:
        do("confirm_role", agency, person=puppet.uid, desk="ministry")
    assert refused.value.code == "four_eyes"
    with pytest.raises(BadInput, match="begins when a second person has confirmed it"), transaction.atomic():
        seat_past_the_code(agency, later)
    with unguarded():
        Role.objects.filter(person=ministry).update(given_at=make.days(-20), ended_at=make.days(-8))
    do("give_role", agency, person=later.uid, desk="ministry")
    assert (desks(later), Role.objects.get(person=later).alone) == ({"ministry"}, True)


def seat_past_the_code(by, new):
    """The act as the app's log-in would do it if its code had found that nobody else could confirm."""
    with pytest.MonkeyPatch.context() as patch, acting_as_the_app():
        patch.setattr(queries, "officials_lately", lambda **_at: [Person.objects.get(pk=by.pk)])
        do("give_role", by, person=new.uid, desk="ministry")


def test_a_providers_role_needs_one_person(agency):
    new, cloud = make.person(), make.organisation()
    do("give_role", agency, person=new.uid, desk="provider", organisation=cloud.pk)
    assert desks(new) == {"provider"}


@pytest.mark.parametrize("desk", ["ministry", "agency", "operator", "auditor", "reviewer"])
@pytest.mark.parametrize("seat", ["provider", "applicant"])
def test_an_official_acts_for_an_organisation_once_a_second_person_confirms_it(agency, ministry, desk, seat):
    """One alone would let them answer for an organisation, or judge it, at once."""
    official, firm, other = person(desk), make.organisation(), make.organisation()
    for each in (other, firm):
        do("give_role", agency, person=official.uid, desk=seat, organisation=each.pk)
    assert desks(official) == {desk}
    with pytest.raises(Refused) as refused:
        do("confirm_role", agency, person=official.uid, desk=seat, organisation=firm.pk)
    assert refused.value.code == "four_eyes"
    do("confirm_role", ministry, person=official.uid, desk=seat, organisation=firm.pk)
    assert Person.objects.get(pk=official.pk).organisation_ids == {firm.pk}


def test_the_page_says_for_which_organisation_and_confirms_that_role(agency, ministry):
    firm = make.organisation()
    do("give_role", agency, person=person("operator").uid, desk="applicant", organisation=firm.pk)
    visitor = browser()
    log_in(visitor, ministry)
    page = visitor.get(reverse("people_invitations")).content.decode()
    assert firm.name["ko"] in page
    assert f"desk=applicant&amp;organisation={firm.pk}" in page


def test_whoever_waits_to_be_an_official_is_one_of_them(agency):
    new, firm = make.person(), make.organisation()
    do("give_role", agency, person=new.uid, desk="auditor")
    do("give_role", agency, person=new.uid, desk="applicant", organisation=firm.pk)
    assert desks(new) == frozenset()


def test_nobody_seats_as_the_second_official_who_acts_for_an_organisation(agency):
    worker = person("applicant", organisation=make.organisation())
    do("give_role", agency, person=worker.uid, desk="ministry")
    assert desks(worker) == {"applicant"}
    do("end_role", agency, person=worker.uid, desk="ministry")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Person, "organisation_ids", frozenset())
        with pytest.raises(BadInput, match="begins when a second person has confirmed it"), transaction.atomic():
            seat_past_the_code(agency, worker)


def test_a_role_that_waits_is_refused_by_ending_it(agency, ministry):
    new = make.person()
    do("give_role", agency, person=new.uid, desk="auditor")
    do("end_role", agency, person=new.uid, desk="auditor")
    with pytest.raises(BadInput) as refused:
        do("confirm_role", ministry, person=new.uid, desk="auditor")
    assert refused.value.code == "no_role"
    do("give_role", agency, person=new.uid, desk="auditor")
    do("confirm_role", ministry, person=new.uid, desk="auditor")
    assert desks(new) == {"auditor"}


def test_the_database_itself_asks_for_the_second_person(agency):
    new = make.person()
    for fields in ({"confirmed_by": agency}, {"confirmed_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Role.objects.create(
                person=new, desk="auditor", given_at=timezone.now(), given_by=agency, confirmed_at=timezone.now(), **fields
            )


def test_a_delegation_ends_by_itself_and_can_be_given_again(agency, ministry):
    new, now = make.person(), timezone.now()
    do("give_role", agency, person=new.uid, desk="auditor", until=(now + dt.timedelta(days=1)).isoformat())
    do("confirm_role", ministry, person=new.uid, desk="auditor")
    assert desks(new) == {"auditor"}
    assert queries.people(desk="auditor").filter(pk=new.pk).exists()
    with unguarded():
        Role.objects.filter(person=new).update(given_at=now - dt.timedelta(days=2), until=now - dt.timedelta(seconds=1))
    assert desks(new) == frozenset()
    assert not queries.people(desk="auditor").filter(pk=new.pk).exists()
    do("give_role", agency, person=new.uid, desk="auditor")
    do("confirm_role", ministry, person=new.uid, desk="auditor")
    assert desks(new) == {"auditor"}


def test_giving_and_confirming_ask_for_a_recent_proof(agency):
    for name in ("give_role", "confirm_role", "close_account", "end_role", "invite_person"):
        assert row_of(name).step_up, name
    row = row_of("give_role")
    command = read_command(row, {"person": make.person().uid, "desk": "auditor"})
    old = timezone.now() - dt.timedelta(minutes=16)
    with pytest.raises(Refused) as refused:
        run(row, command, Context(book(), agency, timezone.now(), "page", confirmed_at=old))
    assert refused.value.code == "step_up_needed"


class TestLeaving:
    def token_of(self, who):
        do("make_token", who, digest=new_secret().digest, name="밤마다", expires_at=make.days(5, timezone.now()).isoformat())

    def test_a_closed_account_has_no_role_no_session_and_no_token(self, agency, ministry):
        visitor = browser()
        log_in(visitor, ministry)
        self.token_of(ministry)
        do("close_account", agency, person=ministry.uid)
        assert visitor.get("/ministry/").status_code == 302
        assert Token.objects.get().revoked_at is not None
        assert not Role.objects.filter(person=ministry, ended_at=None).exists()
        assert log_in(browser(), ministry)["Location"] == "/login/closed/"

    def test_with_the_last_role_sessions_and_tokens_end(self, agency):
        lab, firm = make.organisation(), make.organisation()
        worker = person("applicant", organisation=lab)
        do("give_role", agency, person=worker.uid, desk="applicant", organisation=firm.pk)
        visitor = browser()
        log_in(visitor, worker)
        self.token_of(worker)
        do("end_role", agency, person=worker.uid, desk="applicant", organisation=lab.pk)
        assert visitor.get("/applicant/").status_code == 200
        do("end_role", agency, person=worker.uid, desk="applicant", organisation=firm.pk)
        assert visitor.get("/applicant/").status_code == 302, "the session has ended"
        assert Token.objects.get().revoked_at is not None
        assert log_in(browser(), worker)["Location"] == "/"

    def test_the_last_administrator_cannot_leave(self, agency):
        for command, given in (("end_role", {"desk": "agency"}), ("close_account", {})):
            with pytest.raises(Refused) as refused:
                do(command, agency, person=agency.uid, **given)
            assert refused.value.code == "last_administrator"
        second = person("agency")
        do("close_account", second, person=agency.uid)
        assert desks(agency) == frozenset()

    def test_who_leaves_at_a_known_time_is_not_another_administrator(self, agency, ministry):
        second = person()
        do("give_role", agency, person=second.uid, desk="agency", until=make.days(1, timezone.now()).isoformat())
        do("confirm_role", ministry, person=second.uid, desk="agency")
        for command, given in (("end_role", {"desk": "agency"}), ("close_account", {})):
            with pytest.raises(Refused) as refused:
                do(command, agency, person=agency.uid, **given)
            assert refused.value.code == "last_administrator"
        do("end_role", agency, person=second.uid, desk="agency")
        assert desks(second) == frozenset()

    def test_without_an_administrator_the_installation_says_so_and_lets_one_in(self, agency):
        """Others who can log in, and administrators whose role is over, let nobody in."""
        person("applicant", organisation=make.organisation())
        assert checkup._log_in() == ""
        with unguarded():
            Role.objects.filter(person=agency).update(given_at=make.days(-2), until=make.days(-1))
        assert "`dure init` prints a new link" in checkup._log_in()
        assert not first.an_administrator_can_log_in()
        assert first.link("새 관리자")


def test_the_page_shows_what_waits_and_leads_to_the_confirmation(agency, ministry):
    new = make.person(name={"ko": "대기자"})
    do("give_role", agency, person=new.uid, desk="auditor")
    visitor = browser("ko")
    log_in(visitor, ministry)
    page = visitor.get("/account/invitations/").content.decode()
    assert "대기자" in page
    href = f"/acts/confirm_role/?person={new.uid}&desk=auditor"
    assert href.replace("&", "&amp;") in page
    form = inputs(visitor.get(href))
    assert visitor.post("/acts/confirm_role/", {**form, "person": new.uid, "desk": "auditor", "do": "confirm"}).status_code == 302
    assert desks(new) == {"auditor"}
    mine = browser("ko")
    log_in(mine, agency, password=PASSWORD)
    assert "대기자" not in mine.get("/account/invitations/").content.decode()
