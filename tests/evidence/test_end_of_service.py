"""A server's end of service is held to an act, and neither lease nor metered second lies after it."""

import io
import random

import pytest
from django.utils import timezone

from dure.cycle.evidence.exporting import export
from dure.evidence.holding import Cache
from dure.evidence.signatures.signing import new_private_key
from dure.evidence.trust import Trust
from forging import Case, Evidence
from tamperings import finish

CACHE = Cache(shared=True)


@pytest.fixture
def exported_world(world, tmp_path):
    """A small programme's evidence in memory, to be forged."""
    file, key = io.BytesIO(), new_private_key()
    export(file, book=world.book, at=timezone.now(), key=key)
    (tmp_path / "evidence.zip").write_bytes(file.getvalue())
    return Evidence(tmp_path / "evidence.zip", key=key)


def found(evidence, forge):
    """What is said of a copy in which that was forged, and every hash made again."""
    case = Case(evidence, random.Random(0))
    forge(case)
    finish(case, thorough=True)
    return [(each.code, each.where) for each in case.report(Trust(), CACHE).findings]


def test_a_server_that_left_service_is_found(exported_world):
    lease = next(row for row in exported_world.parts["leases"] if row["withdrawn_at"] is None)
    state = next(row for row in exported_world.parts["server_states"] if row["in_service"])

    def left(server, at):
        def forge(case):
            next(row for row in case.rows("servers") if row["id"] == server)["in_service_to"] = at

        return found(exported_world, forge)

    assert left(lease["server"], None) == []
    no_act = ("row_without_origin", f"servers {lease['server']}, in_service_to")
    assert left(lease["server"], "2099-01-01T00:00:00Z") == [no_act]
    outside = left(lease["server"], lease["from"])
    assert no_act in outside
    assert ("not_in_service", f"leases of {lease['server']}") in outside
    metered = left(state["server"], state["from"])
    assert ("not_in_service", f"server_states {state['server']} {state['from']}, in_service") in metered


def test_an_end_of_service_in_facts_is_that_of_the_register(exported_world):
    def forge(case):
        entry = case.recommendations("metering")[0]
        facts = case.document(entry, "facts")
        facts["servers"][0]["in_service_to"] = facts["to"]
        case.put(entry, "facts", facts)

    assert "other_facts" in {code for code, _where in found(exported_world, forge)}
