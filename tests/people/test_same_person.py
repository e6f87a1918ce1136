"""A person who has two accounts counts as one: by two other people's word, for good, and nothing is rewritten."""

import threading
from unittest import mock

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from dure.cycle.evidence.exporting import export
from dure.cycle.people import invitations, same_person
from dure.evidence.archive import Archive
from dure.evidence.history import people as checked_people
from dure.evidence.holding import Held
from dure.evidence.records import origins
from dure.evidence.trust import Trust
from dure.formats.errors import BadInput
from dure.records.allocation import queries as rounds
from dure.records.allocation import solves
from dure.records.journal import actions as journal
from dure.records.journal.models import Act, Entry
from dure.records.notifications.models import Notification
from dure.records.parties import queries
from dure.records.parties.mergers import PersonMerger
from dure.records.parties.models import Person, Role, Token
from dure.records.review import actions as records
from dure.records.review.models import Panel
from filled import fingerprint
from people.steps import browser
from racing import outcomes
from world import EVALUATORS, JUDGED, NOW, iso, moment

SECOND, FIRST = "agency-3", "agency-2"  # two accounts of one person
ONE = {"person": SECOND, "into": FIRST}
BEFORE = "2026-06-09"
LATER = "2026-06-11"


def account(name):
    return Person.objects.get(username=name)


def second_account(world):
    """Somebody at the agency gets another account there, seated by two people."""
    world.act("add_person", BEFORE, id=SECOND, username=SECOND, name={"ko": "둘째 계정"})
    world.act("give_role", BEFORE, person=SECOND, desk="agency")
    world.act("confirm_role", BEFORE, by="ministry-1", person=SECOND, desk="agency")


@pytest.fixture
def two(world):
    """A filled programme of the test's own, in which a person has two accounts at the agency."""
    second_account(world)
    return world


@pytest.fixture
def undone(shared_world):
    """As `two`; whatever a test does in it is undone."""
    with transaction.atomic():
        second_account(shared_world)
        yield shared_world
        transaction.set_rollback(True)


def merged(world, person=SECOND, into=FIRST, at=NOW):
    world.act("propose_person_merger", at, by="agency-1", person=person, into=into, reason="같은 사람입니다.")
    return world.act("confirm_person_merger", at, by="ministry-1", person=person)


def refusal(world, command, by="agency-1", at=NOW, **given):
    """The refusal, which leaves nothing half done."""
    with pytest.raises(BadInput) as error, transaction.atomic():
        world.act(command, at, by=by, **given)
    return error.value


class TestMerging:
    def test_the_account_that_goes_is_closed_and_nothing_that_was_written_is_rewritten(self, two):
        token = {"digest": "c" * 64, "name": "x", "expires_at": iso("2026-07-10")}
        two.do("make_token", token, by=SECOND, at=NOW)
        before, sessions = fingerprint(), account(SECOND).sessions_ended
        assert merged(two) == FIRST
        after = fingerprint()
        assert {table for table in before if before[table] != after[table]} == {
            "journal_act", "journal_document", "notifications_notification", "parties_person", "parties_personmerger",
            "parties_role", "parties_token",
        }  # fmt: skip
        gone, stays = account(SECOND), account(FIRST)
        assert (gone.merged_into, gone.is_active, gone.sessions_ended) == (stays, False, sessions + 1)
        assert not Role.objects.filter(person=gone, ended_at=None).exists()
        assert Token.objects.get(person=gone).revoked_at == moment(NOW)
        assert gone.as_one == stays.as_one == {gone.pk, stays.pk}
        assert account("agency-1").as_one == {account("agency-1").pk}

    def test_no_role_moves_and_the_one_that_stays_gets_it_anew_by_two_people(self, undone):
        undone.act("give_role", NOW, person=SECOND, desk="provider", organisation="alpha")
        before = account(FIRST).desks
        merged(undone)
        assert account(FIRST).desks == before
        undone.act("give_role", LATER, person=FIRST, desk="operator")
        assert account(FIRST).desks == before, "before a second person confirms"
        undone.act("confirm_role", LATER, by="ministry-1", person=FIRST, desk="operator")
        assert account(FIRST).desks == before | {"operator"}

    def test_neither_who_proposed_it_nor_the_person_confirms_it(self, undone):
        undone.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        for by in ("agency-1", FIRST, SECOND):
            assert refusal(undone, "confirm_person_merger", by=by, person=SECOND).code == "four_eyes"
        assert undone.act("confirm_person_merger", NOW, by="ministry-1", person=SECOND) == FIRST

    def test_whoever_proposed_under_one_account_does_not_confirm_under_another(self, undone):
        """The other is of the one who proposed, and is merged first."""
        undone.act("propose_person_merger", NOW, by=SECOND, person="lab-1", into="firm-1", reason="x")
        with mock.patch.object(same_person, "require_possible"):
            merged(undone)
        assert refusal(undone, "confirm_person_merger", by=FIRST, person="lab-1").code == "four_eyes"

    def test_a_proposal_waits_once_and_is_dropped_for_nothing_to_change(self, undone):
        undone.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        again = refusal(undone, "propose_person_merger", by=FIRST, reason="x", person=SECOND, into="agency-1")
        assert again.code == "person_merger_waits"
        assert undone.act("drop_person_merger", NOW, by="ministry-1", person=SECOND) == SECOND
        assert refusal(undone, "confirm_person_merger", by="ministry-1", person=SECOND).code == "no_person_merger"
        assert account(SECOND).is_active
        assert merged(undone) == FIRST

    def test_several_accounts_are_merged_into_one_and_that_one_stays(self, undone):
        merged(undone)
        merged(undone, person="shop-1", at=LATER)
        assert account(SECOND).as_one == {account(each).pk for each in (FIRST, SECOND, "shop-1")}
        for given in ({"person": FIRST, "into": "agency-1"}, {"person": "lab-1", "into": SECOND}):
            assert refusal(undone, "propose_person_merger", reason="x", **given).code == "person_merger_impossible"

    def test_others_are_told_and_neither_the_proposer_nor_the_person(self, undone):
        undone.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        told = Notification.objects.filter(kind="person_merger_to_confirm").values_list("person__username", flat=True)
        assert set(told) == {"ministry-1", "ministry-2"}

    def test_the_export_tells_by_which_act_its_roles_ended(self, undone, tmp_path):
        merged(undone)
        path = tmp_path / "evidence.zip"
        with path.open("wb") as file:
            export(file, book=undone.book, at=moment(LATER))
        held = Held(Archive(path), Trust(), None)
        assert [*origins.roles(held), *checked_people.roles(held)] == []


def signed(world):
    journal.sign(entry=Entry.objects.get(pk=world.pending), who=account(SECOND), at=moment(NOW))


def judge(world, username):
    """That account sits at the reviewer desk, too, unless it is read as another."""
    person = account(username)
    if person.merged_into is None and "reviewer" not in person.desks:
        world.act("give_role", BEFORE, person=username, desk="reviewer")
        world.act("confirm_role", BEFORE, by="ministry-1", person=username, desk="reviewer")


def seated(world, *people, locked=False):
    for each in people:
        judge(world, each)
    criteria = [{"id": name, "weight": weight, "kind": "judged"} for name, weight in JUDGED.items()]
    seats = dict.fromkeys(EVALUATORS) | dict(zip(EVALUATORS, people, strict=False))
    given = {"kind": "application", "call": "users-2", "criteria": criteria, "draw_seed": "seed", "seats": seats}
    world.act("seat_panel", NOW, id="panel-new", **given)
    if locked:
        records.lock_panel(panel=Panel.objects.get(pk="panel-new"), at=moment(NOW))


def by_second(command, **given):
    return lambda world: world.act(command, NOW, by=SECOND, **given)


LONGER = {"call": "call-2", "closes_at": iso("2026-07-10"), "reason": "질의가 많아서"}
SHOPS = {"organisation": "shop", "into": "maker", "reason": "x"}
RENEWED = {"person": "auditor-1", "digest": "8" * 64, "reason": "x"}
OBSTACLES = {
    "closed": (lambda world: world.act("close_account", NOW, person=SECOND), f"account {SECOND} is closed."),
    "the other is closed": (lambda world: world.act("close_account", NOW, person=FIRST), f"account {FIRST} is closed."),
    "others are read as it": (lambda world: merged(world, "shop-1", SECOND), "let it stay, and merge the other into it"),
    "filed": (lambda world: world.file("outcomes", "2026-04", NOW, by=SECOND), "it filed journal entry .*, which waits"),
    "signed": (signed, "it signed journal entry .*, which waits for an answer"),
    "solves": (
        lambda _world: solves.ask(round=rounds.allocation_round("round-2"), by=account(SECOND)),
        "it asked for round round-2 to be solved, which is under way",
    ),
    "extension": (by_second("extend_provider_call", **LONGER), "a later deadline of call call-2, which waits"),
    "role": (by_second("give_role", person="nobody", desk="auditor"), "it gave a role to nobody, which waits"),
    "organisations": (
        by_second("propose_merger", **SHOPS), "to merge organisation shop, which waits",
    ),
    "accounts": (
        by_second("propose_person_merger", person="shop-1", into="maker-1", reason="x"), "to merge account shop-1, which waits",
    ),
    "renewal": (
        by_second("renew_access", **RENEWED), "a new log-in for auditor-1, which waits",
    ),
    "open panel": (lambda world: seated(world, SECOND), "it sits on panel panel-new, whose scoring has not ended"),
    "panel of both": (
        lambda world: seated(world, SECOND, FIRST, locked=True), "both sat on panel panel-new, which has no approved ranking",
    ),
}  # fmt: skip


class TestWhatWaits:
    @pytest.mark.parametrize(("before", "why"), OBSTACLES.values(), ids=OBSTACLES)
    def test_it_is_refused_with_what_waits(self, undone, before, why):
        """Also where it came after the proposal."""
        undone.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        before(undone)
        with transaction.atomic(), pytest.raises(BadInput, match=why) as error:
            undone.act("confirm_person_merger", NOW, by="ministry-1", person=SECOND)
        assert error.value.code == "person_merger_impossible"
        undone.act("drop_person_merger", NOW, person=SECOND)
        with transaction.atomic(), pytest.raises(BadInput, match=why) as error:
            undone.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        assert error.value.code == "person_merger_impossible"

    def test_once_it_has_been_settled_it_is_possible(self, undone):
        entry = undone.file("outcomes", "2026-04", NOW, by=SECOND)
        assert refusal(undone, "propose_person_merger", reason="x", **ONE).code == "person_merger_impossible"
        undone.act("refuse_decision", LATER, by="ministry-1", entry=entry, note="다시")
        assert merged(undone, at=LATER) == FIRST

    def test_one_account_and_one_that_is_merged_already(self, undone):
        same = {"person": SECOND, "into": SECOND}
        assert "same account" in refusal(undone, "propose_person_merger", reason="x", **same).what
        merged(undone)
        again = refusal(undone, "propose_person_merger", reason="x", person=SECOND, into="agency-1")
        assert (again.code, again.what) == ("person_merger_impossible", f"account {SECOND} is {FIRST} by now.")

    def test_the_last_administrator_stays(self, undone):
        for each in (FIRST, SECOND):
            undone.act("close_account", NOW, person=each)
        last = refusal(undone, "propose_person_merger", reason="x", person="agency-1", into="ministry-2")
        assert (last.code, last.what) == ("person_merger_impossible", "nobody would be left at the agency.")

    def test_a_panel_that_is_ranked_and_a_deadline_that_passed_bar_nothing(self, undone):
        """Both evaluators sat on the first call's panel; the deadline was proposed and never confirmed."""
        undone.act("extend_provider_call", NOW, by=SECOND, **LONGER)
        merged(undone, at="2026-07-15")
        records.lock_panel(panel=Panel.objects.get(pk="panel-call-2"), at=moment(NOW))
        both = undone.act("propose_person_merger", "2026-07-16", person="reviewer-1", into="agency-1", reason="x")
        assert both == "reviewer-1"


class TestAsOne:
    def test_the_account_that_went_gets_no_role_and_no_seat(self, undone):
        merged(undone)
        given = refusal(undone, "give_role", person=SECOND, desk="provider", organisation="alpha")
        assert (given.code, given.detail) == ("account_merged_away", {"into": FIRST})
        with pytest.raises(BadInput) as error, transaction.atomic():
            seated(undone, FIRST, SECOND)
        assert error.value.code == "account_merged_away"

    def test_an_invitation_of_the_account_that_went_opens_nothing(self, undone):
        given = {"digest": "b" * 64, "name": {"ko": "감사"}, "desk": "auditor", "expires_at": iso("2026-06-20")}
        undone.act("invite_person", NOW, by=SECOND, **given)
        merged(undone)
        with pytest.raises(BadInput) as error, transaction.atomic():
            invitations.accept("b" * 64, username="came-in", programme=undone.book.programme, at=moment(LATER))
        assert error.value.code == "invitation_over"

    @pytest.mark.parametrize(
        ("begun", "command", "given"),
        [
            (by_second("extend_provider_call", **LONGER), "confirm_extension", {k: LONGER[k] for k in ("call", "closes_at")}),
            (by_second("give_role", person="nobody", desk="auditor"), "confirm_role", {"person": "nobody", "desk": "auditor"}),
            (
                by_second("propose_merger", **SHOPS),
                "confirm_merger",
                {"organisation": "shop"},
            ),
            (
                by_second("renew_access", **RENEWED),
                "confirm_renewal",
                {"renewal": "8" * 16},
            ),
        ],
        ids=["extension", "role", "merger", "renewal"],
    )
    def test_what_the_one_began_the_other_does_not_confirm(self, undone, begun, command, given):
        """Should something have been left waiting after all: the command refuses, and so does the database by itself."""
        begun(undone)
        with mock.patch.object(same_person, "require_possible"):
            merged(undone)
        assert refusal(undone, command, by=FIRST, **given).code == "four_eyes"
        with mock.patch.object(Person, "as_one", property(lambda person: frozenset({person.pk}))):
            blind = refusal(undone, command, by=FIRST, **given)
        assert (blind.code, blind.what) == ("refused_by_records", "two accounts of one person do not stand for two people.")
        undone.act(command, NOW, by="ministry-1", **given)

    @pytest.mark.parametrize("command", ["approve_decision", "refuse_decision"])
    def test_what_the_one_filed_the_other_does_not_answer(self, undone, command):
        entry = undone.file("outcomes", "2026-04", NOW, by=SECOND)
        with mock.patch.object(same_person, "require_possible"):
            merged(undone)
        given = {"entry": entry, "note": "x"}
        assert refusal(undone, command, by=FIRST, at=LATER, **given).code == "four_eyes"
        with mock.patch.object(Person, "as_one", property(lambda person: frozenset({person.pk}))):
            blind = refusal(undone, command, by=FIRST, at=LATER, **given)
        assert (blind.code, blind.what) == ("refused_by_records", "two accounts of one person do not stand for two people.")
        undone.act(command, LATER, by="ministry-1", **given)

    def test_both_accounts_signatures_are_one(self, undone):
        signed(undone)
        with mock.patch.object(same_person, "require_possible"):
            merged(undone)
        assert refusal(undone, "approve_decision", by=FIRST, at=LATER, entry=undone.pending).code == "four_eyes"
        with mock.patch.object(Person, "as_one", property(lambda person: frozenset({person.pk}))):
            blind = refusal(undone, "approve_decision", by=FIRST, at=LATER, entry=undone.pending)
        assert blind.what == "two accounts of one person do not stand for two people."


class TestPages:
    def see(self, name, address):
        visitor = browser()
        visitor.force_login(account(name))
        return visitor.get(address)

    def page(self, name, address):
        return self.see(name, address).content.decode()

    def test_the_list_says_what_ends_and_that_no_role_moves(self, two):
        address = "/account/mergers/"
        two.act("propose_person_merger", NOW, by="agency-1", reason="같은 사람입니다.", **ONE)
        confirm = f"/acts/confirm_person_merger/?person={SECOND}"
        seen = self.page("ministry-1", address)
        for text in (confirm, "같은 사람입니다.", "Roles are not moved", "Decisions that one account filed"):
            assert text in seen
        assert "/objects/person/" not in seen, "whose pages the ministry does not open"
        for each in ("agency-1", FIRST):
            page = self.page(each, address)
            assert confirm not in page
            assert f"/objects/person/{SECOND}/" in page
        entry = two.file("outcomes", "2026-04", NOW, by=SECOND)
        seen = self.page("ministry-1", address)
        assert confirm not in seen
        assert f"It filed journal entry {entry}, which waits for an answer." in seen
        assert self.see("auditor-1", address).status_code == 404

    def test_the_pages_of_both_say_that_they_are_one(self, two):
        propose = f"/acts/propose_person_merger/?person={SECOND}"
        assert propose in self.page("agency-1", f"/objects/person/{SECOND}/")
        assert propose not in self.page("auditor-1", f"/objects/person/{SECOND}/")
        merged(two)
        gone = self.page("agency-1", f"/objects/person/{SECOND}/")
        assert "Merged into" in gone
        assert "by ministry-1." in gone
        assert f"/objects/person/{FIRST}/" in gone
        assert "/acts/give_role/" not in gone
        assert propose not in gone
        stays = self.page("agency-1", f"/objects/person/{FIRST}/")
        assert f"/objects/person/{SECOND}/" in stays
        assert "Accounts of the same person" in stays


def until_it_waits(other):
    """Until it waits for a lock that another holds; or has ended without."""
    with connection.cursor() as cursor:
        while other.is_alive():
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return


class Beside(threading.Thread):
    """Does it on a connection of its own: `came` is what it returned, or the refusal."""

    def __init__(self, job):
        super().__init__()
        self.job, self.came = job, None
        self.start()

    def run(self):
        try:
            self.came = self.job()
        except BadInput as error:
            self.came = error
        finally:
            connections["default"].close()


class TestAtOnce:
    def test_of_many_confirmations_at_once_one_is_first(self, two):
        two.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        found = outcomes(lambda n: two.act("confirm_person_merger", NOW, by=f"ministry-{1 + n % 2}", person=SECOND), 8)
        assert sorted(getattr(each, "code", each) for each in found) == sorted([FIRST, *["no_person_merger"] * 7])
        assert Act.objects.filter(command="confirm_person_merger").count() == 1

    def test_of_two_mergers_at_once_that_make_a_chain_one_is_refused(self, two):
        pairs = [(SECOND, FIRST), (FIRST, "agency-1")]
        for person, into in pairs:
            two.act("propose_person_merger", NOW, by="agency-1", reason="x", person=person, into=into)
        found = outcomes(lambda n: two.act("confirm_person_merger", NOW, by="ministry-1", person=pairs[n][0]), 2)
        assert sorted(isinstance(each, BadInput) for each in found) == [False, True]
        assert PersonMerger.objects.filter(confirmed_at__isnull=False).count() == 1
        assert not Person.objects.filter(merged_into__merged_into__isnull=False).exists()

    def test_a_filing_that_comes_first_bars_the_merger(self, two):
        two.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        with transaction.atomic():
            entry = two.file("outcomes", "2026-04", NOW, by=SECOND)
            other = Beside(lambda: two.act("confirm_person_merger", NOW, by="ministry-1", person=SECOND))
            until_it_waits(other)
        other.join()
        assert other.came.what == f"it filed journal entry {entry}, which waits for an answer."
        assert account(SECOND).is_active

    @pytest.mark.parametrize(
        "job",
        [
            lambda world: world.file("outcomes", "2026-04", NOW, by=SECOND),
            lambda world: world.act("extend_provider_call", NOW, by=SECOND, **LONGER),
            lambda world: seated(world, SECOND),
        ],
        ids=["filing", "extension", "seat"],
    )
    def test_what_comes_second_is_refused(self, two, job):
        judge(two, SECOND)
        two.act("propose_person_merger", NOW, by="agency-1", reason="x", **ONE)
        with transaction.atomic():
            two.act("confirm_person_merger", NOW, by="ministry-1", person=SECOND)
            other = Beside(lambda: job(two))
            until_it_waits(other)
        other.join()
        assert other.came.what == "an account that is read as another does nothing, and nothing is given to it."
        assert queries.waits_of(account(SECOND), at=timezone.now()) == {}
        assert not Entry.objects.filter(who=account(SECOND)).exists()
