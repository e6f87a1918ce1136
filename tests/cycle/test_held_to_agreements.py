"""Orders, registered servers, consignments and service are held against what was awarded, agreed and delivered."""

import pytest
from django.db import IntegrityError, transaction

from dure.formats.errors import BadInput
from dure.records.procurement import queries as procurement
from dure.records.supply import actions, queries
from inputs import valid
from world import NOW, iso

BEFORE_ALL = "2026-01-20"  # before the agreements of the world begin


def refusal(world, name, at=NOW, by="agency-1", **changes):
    """The code and the place with which that command's valid input, so changed, is refused."""
    with pytest.raises(BadInput) as refused:
        world.act(name, at, by=by, **{**valid(world)[name].given, **changes})
    return refused.value.code, refused.value.where


def test_what_is_ordered_is_held_against_the_awards_by_model(world):
    """Alpha was awarded 40 servers with B200, and has ordered 36 of them."""
    assert refusal(world, "place_order", by="alpha-1", gpu_model="H200") == ("not_awarded", "gpu_model")
    assert refusal(world, "place_order", by="alpha-1", servers=5) == ("beyond_awards", "servers")
    assert refusal(world, "add_cluster", gpu_model="H200", pool="new-pool") == ("not_awarded", "gpu_model")
    world.act("place_order", NOW, by="alpha-1", **valid(world)["place_order"].given)


def test_the_database_counts_orders_by_model(world):  # noqa: ARG001 - there are awards
    order = {"agreement": procurement.agreement("call-1-alpha"), "ordered_on": NOW}
    with pytest.raises(IntegrityError, match="exceed the 0 awarded"), transaction.atomic():
        actions.place_order(id="other-model", gpu_model="H200", servers=1, **order)
    with pytest.raises(IntegrityError, match="exceed the 40 awarded"), transaction.atomic():
        actions.place_order(id="too-many", gpu_model="B200", servers=5, **order)
    actions.place_order(id="the-rest", gpu_model="B200", servers=4, **order)


def test_an_order_is_entered_when_it_has_been_placed(world):
    assert refusal(world, "place_order", by="alpha-1", ordered_on="2026-06-11") == ("not_yet", "ordered_on")


def test_servers_are_registered_as_ordered_and_as_agreed(world):
    assert refusal(world, "register_servers", by="alpha-1", owner="alpha") == ("other_owner", "owner")
    many = [{"id": f"alpha-pool/b/{n:03d}", "serial": f"MANY-{n}"} for n in range(1, 34)]  # four are there, 36 were ordered
    assert refusal(world, "register_servers", by="alpha-1", servers=many) == ("not_ordered", "servers")
    own = {"cluster": None, "pool": "alpha-own", "servers": [{**each, "id": f"alpha-own/b/{n}"} for n, each in enumerate(many)]}
    assert refusal(world, "register_servers", by="alpha-1", **own) == ("not_ordered", "servers")
    world.act("register_servers", NOW, by="alpha-1", **{**valid(world)["register_servers"].given, "servers": many[:-1]})


def test_an_amended_owner_is_the_owner_from_then_on(world):
    world.act("amend_agreement", NOW, agreement="call-1-alpha", agreed_on=NOW, reason="이관", owner="centre")
    assert refusal(world, "register_servers", owner="keeper") == ("other_owner", "owner")
    world.act("register_servers", NOW, **{**valid(world)["register_servers"].given, "owner": "centre"})


def test_a_consignment_goes_to_a_cluster_of_the_model_and_provider_of_its_order(world):
    assert refusal(world, "announce_delivery", by="alpha-1", cluster="beta-cluster") == ("other_provider", "cluster")
    world.act("add_gpu_model", NOW, id="B300", relative_compute="3", gpus_per_server=8)
    like = queries.cluster("alpha-cluster")
    pool = actions.add_pool(id="b300-pool", provider="alpha", gpu_model="B300", gpus_per_server=8)
    actions.add_cluster(
        id="b300",
        pool=pool,
        site=like.site,
        provider="alpha",
        gpu_model="B300",
        servers=4,
        promised_on=like.promised_on,
        gpus_per_server=8,
    )
    assert refusal(world, "announce_delivery", by="alpha-1", cluster="b300") == ("other_model", "cluster")


def test_a_delivery_came_on_a_day_between_its_order_and_today(world):
    assert refusal(world, "record_delivery", by="alpha-1", actual_on="2026-06-11") == ("not_yet", "actual_on")
    assert refusal(world, "record_delivery", by="alpha-1", actual_on="2026-02-11") == ("before_the_order", "actual_on")
    world.act("record_delivery", NOW, by="alpha-1", delivery="alpha-delivery-2", actual_on="2026-02-12")


def test_service_begins_after_acceptance_and_acceptance_after_delivery(world):
    """Eight servers came to alpha's cluster on the 25th of February; three serve, and one waits."""
    serve = "put_in_service"
    assert refusal(world, serve, from_at=iso("2026-06-09")) == ("not_accepted", "from_at")
    later = {"accepted_on": "2026-06-11", "from_at": iso("2026-06-11")}
    assert refusal(world, serve, **later) == ("not_yet", "accepted_on")
    early = {"accepted_on": "2026-02-24", "from_at": iso("2026-02-24")}
    assert refusal(world, serve, **early) == ("not_delivered", "cluster alpha-cluster")
    assert refusal(world, serve, accepted_on=BEFORE_ALL, from_at=iso(BEFORE_ALL)) == ("before_the_agreement", "accepted_on")


def test_no_more_servers_serve_than_have_come(world):
    more = [{"id": f"alpha-pool/b/{n:03d}", "serial": f"MORE-{n}"} for n in range(1, 6)]
    world.act("register_servers", NOW, by="alpha-1", **{**valid(world)["register_servers"].given, "servers": more})
    assert refusal(world, "put_in_service")[0] == "not_delivered", "nine would serve, and eight have come"
    world.act("record_delivery", NOW, by="alpha-1", delivery="alpha-delivery-2", actual_on=NOW)
    assert world.act("put_in_service", NOW, by="operator-1", **valid(world)["put_in_service"].given) == 6


def test_a_providers_own_part_serves_within_its_agreement(world):
    """It stands in no cluster, to which alone consignments are announced."""
    own = {**valid(world)["register_servers"].given, "cluster": None, "pool": "alpha-own"}
    world.act("register_servers", NOW, by="alpha-1", **{**own, "servers": [{"id": "alpha-own/a/1", "serial": "OWN-1"}]})
    early = {"accepted_on": BEFORE_ALL, "from_at": iso(BEFORE_ALL)}
    assert refusal(world, "put_in_service", pool="alpha-own", **early)[0] == "before_the_agreement"
    assert world.act("put_in_service", NOW, by="operator-1", pool="alpha-own", from_at=iso(NOW), accepted_on=NOW) == 1
