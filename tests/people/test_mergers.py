"""An organisation that was entered twice: two people have it read as one, nothing is rewritten, and limits count both as one."""

import pytest
from django.db import connection
from django.utils import timezone

import factories as make
from database import refused
from dure.cycle.approvals import barred
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.lookup import on_its_own
from dure.formats.errors import BadInput
from dure.records.allocation import facts as rounds
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.journal.models import Entry
from dure.records.parties import queries
from dure.records.parties.models import Organisation, Person
from filled import fingerprint
from people.steps import browser, person
from world import NOW

MERGE = {"organisation": "shop", "into": "maker", "reason": "같은 등록번호입니다."}


def merged(world, organisation="shop", into="maker"):
    world.act("propose_merger", NOW, by="agency-1", organisation=organisation, into=into, reason="같은 기관입니다.")
    return world.act("confirm_merger", NOW, by="agency-2", organisation=organisation)


def code_of(world, command, by="agency-1", **given):
    with pytest.raises(BadInput) as error:
        world.act(command, NOW, by=by, **given)
    return error.value.code


class TestInTheFilledProgramme:
    def test_both_are_read_as_one(self, world):
        people = {name: Person.objects.get(username=name) for name in ("shop-1", "maker-1", "lab-1")}
        applied = {
            name: set(demand_access.visible_applications(each).values_list("pk", flat=True)) for name, each in people.items()
        }
        before = fingerprint()
        assert merged(world) == "maker"
        after = fingerprint()
        rewritten = {table for table in before if before[table] != after[table]}
        assert rewritten == {
            "journal_act",
            "journal_document",
            "parties_merger",
            "parties_organisation",
            "notifications_notification",
        }
        for name in ("shop-1", "maker-1"):
            again = Person.objects.get(username=name)
            assert again.organisations_at("applicant") == {"shop", "maker"}
            seen = set(demand_access.visible_applications(again).values_list("pk", flat=True))
            assert seen == applied["shop-1"] | applied["maker-1"]
        assert Person.objects.get(username="lab-1").organisation_ids == {"lab"}
        assert queries.acting_as_one(["shop"]) == queries.acting_as_one(["maker"]) == {"shop", "maker"}

    def test_limits_count_both_as_one(self, world):
        merged(world)
        call = demand.user_call("users-1")
        facts = demand.eligibility_facts(call, gpus_per_server={"B200": 8, "H200": 8})
        groups = {each["id"]: each["group"] or each["id"] for each in facts["applicants"]}
        assert groups["shop"] == groups["maker"] == "maker"
        assert len({groups[each] for each in groups}) == len(groups) - 1
        listed = rounds.application_facts(demand.applications(user_call=call), scores=dict.fromkeys(("a-shop", "a-maker"), "1"))
        assert {each["organisation"] for each in listed} == {"maker"}

    def test_who_acts_for_one_does_not_answer_for_the_other(self, world):
        merged(world, "lab", "shop")
        official = Person.objects.get(username="ministry-2")
        world.seat_too("ministry-2", "applicant", "shop", NOW)
        allocation = Entry.objects.get(pk=world.filed["allocation", "round-1"])  # it grants to the lab
        official = Person.objects.get(pk=official.pk)
        assert barred(allocation, official, world.context("ministry-2", NOW)).code == "beneficiary"

    def test_the_one_that_goes_does_nothing_new(self, world):
        merged(world)
        with pytest.raises(BadInput) as error:
            on_its_own("shop")
        assert (error.value.code, error.value.detail) == ("merged_away", {"into": "maker"})
        assert code_of(world, "give_role", person="nobody", desk="applicant", organisation="shop") == "merged_away"
        invited = {"digest": "7" * 64, "name": {"ko": "김"}, "desk": "applicant", "expires_at": "2026-06-12T00:00:00+09:00"}
        assert code_of(world, "invite_person", **invited, organisation="shop") == "merged_away"

    def test_what_was_merged_before_goes_along(self, world):
        merged(world, "shop", "maker")
        merged(world, "maker", "college")
        kept = {each.pk: each for each in Organisation.objects.filter(pk__in=["shop", "maker", "college"])}
        assert (kept["shop"].merged_into_id, kept["maker"].merged_into_id) == ("college", "college")
        assert (kept["college"].joined, kept["maker"].joined) == (["maker", "shop"], [])
        assert queries.acting_as_one(["shop"]) == {"shop", "maker", "college"}
        assert code_of(world, "propose_merger", organisation="lab", into="shop", reason="x") == "merger_impossible"
        assert code_of(world, "propose_merger", organisation="shop", into="lab", reason="x") == "merger_impossible"

    def test_it_needs_two_people(self, world):
        world.act("propose_merger", NOW, by="agency-1", **MERGE)
        assert code_of(world, "confirm_merger", organisation="shop") == "four_eyes"
        assert code_of(world, "propose_merger", by="agency-2", **{**MERGE, "into": "lab"}) == "merger_waits"
        world.act("drop_merger", NOW, by="ministry-1", organisation="shop")
        assert code_of(world, "confirm_merger", by="agency-2", organisation="shop") == "no_merger"
        assert Organisation.objects.get(pk="shop").merged_into is None

    def test_it_is_refused_where_both_have_a_proposal_in_one_call(self, world):
        """The second call is still open, where nobody may learn who has bid; the first has closed."""
        assert code_of(world, "propose_merger", organisation="alpha", into="beta", reason="x") == "merger_impossible"
        with pytest.raises(BadInput, match="both have a proposal in call-1"):
            world.act("propose_merger", "2026-05-20", organisation="alpha", into="beta", reason="x")
        assert code_of(world, "propose_merger", organisation="lab", into="lab", reason="x") == "merger_impossible"

    def test_the_database_itself_holds_it(self, world):
        one = "UPDATE parties_organisation SET merged_into_id = 'maker', merged_at = now() WHERE id = 'shop'"
        refused("organisations are one by a confirmed merger", one)
        merged(world)
        refused("stays merged", "UPDATE parties_organisation SET merged_into_id = NULL, merged_at = NULL WHERE id = 'shop'")
        refused("organisations are one by", "UPDATE parties_organisation SET joined = '{}' WHERE id = 'maker'")
        refused("stays so", "UPDATE parties_merger SET dropped_at = now()")
        refused("organisation_is_merged_into_another_once", "UPDATE parties_organisation SET joined = '{lab}' WHERE id = 'shop'")

    def test_pages_say_what_would_move_and_what_was_merged(self, world):
        world.act("propose_merger", NOW, by="agency-1", **MERGE)
        visitor = browser()
        visitor.force_login(Person.objects.get(username="agency-2"))
        page = visitor.get("/account/mergers/").content.decode()
        assert "/acts/confirm_merger/?organisation=shop" in page
        assert "같은 등록번호입니다." in page
        visitor.force_login(Person.objects.get(username="agency-1"))
        assert "/acts/confirm_merger/" not in visitor.get("/account/mergers/").content.decode()
        visitor.force_login(Person.objects.get(username="auditor-1"))
        assert visitor.get("/account/mergers/").status_code == 404
        world.act("confirm_merger", NOW, by="agency-2", organisation="shop")
        visitor.force_login(Person.objects.get(username="agency-1"))
        assert "It is read as" in visitor.get("/objects/organisation/shop/").content.decode()
        stays = visitor.get("/objects/organisation/maker/").content.decode()
        assert "/objects/application/a-shop/" in stays
        assert "/objects/application/a-maker/" in stays


@pytest.mark.django_db
def test_while_a_call_is_open_its_applicants_are_not_merged(book):
    now = timezone.now()
    first, second = make.organisation(), make.organisation()
    call = make.user_call(opens_at=make.days(-1, now), closes_at=make.days(1, now))
    for each in (first, second):
        make.application(call, each, at=now)
    with pytest.raises(BadInput) as error:
        carry_out(book, "propose_merger", person("agency"), organisation=first.pk, into=second.pk, reason="x")
    assert error.value.code == "merger_impossible"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM parties_merger")
        assert cursor.fetchone() == (0,)


def carry_out(book, name, by, /, **given):
    row = row_of(name)
    return run(row, read_command(row, given), Context(book, by, timezone.now(), "script"))
