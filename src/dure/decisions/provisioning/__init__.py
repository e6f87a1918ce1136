"""Which changes, in which order, make the cluster what the grants say?

The desired state is compared with what was read back from the cluster. Where they agree nothing is
done; what is not ours is never touched. First things go (people before limits, limits before
accounts), then reservations let go of what others are to have, then things come in the order in
which they lean on each other. Every change carries its undo.
"""

import datetime as dt
from itertools import pairwise
from typing import Any

from dure.decisions.provisioning.applying import applied, in_form, taken_back
from dure.decisions.provisioning.desired import Key, desired
from dure.decisions.provisioning.names import is_login, is_ours, node_of, refuse_prefix, slurm_account
from dure.decisions.provisioning.steps import instant_in, steps
from dure.formats.errors import BadInput, Infeasible
from dure.formats.kinds import Reason
from dure.formats.reading import require_unique
from dure.formats.stages.provisioning import (
    ProvisionGrant,
    ProvisioningFacts,
    ProvisioningRecommendation,
    ProvisioningRules,
)

__all__ = ["applied", "recommend", "taken_back"]
METHOD = "reconcile"


def recommend(facts: ProvisioningFacts, rules: ProvisioningRules) -> ProvisioningRecommendation:
    """The plan for one cluster at one moment; nothing is done by it."""
    _refuse_nonsense(facts, rules)
    _refuse_double_booking(facts)
    ours: dict[Key, dict[str, Any]] = {}
    foreign = []
    for thing in facts.observed:
        if is_ours(thing, rules.name_prefix):
            ours[thing.kind, thing.name] = in_form(thing.attributes)
        else:
            foreign.append(f"{thing.kind}:{thing.name}")
    wanted = desired(facts, rules, _began(ours, facts.as_of))
    changes = steps(ours, wanted)
    changed = {(change.kind, change.name) for change in changes}
    return ProvisioningRecommendation(
        method=METHOD,
        changes=changes,
        unchanged=tuple(sorted(f"{kind}:{name}" for kind, name in wanted.things if (kind, name) not in changed)),
        foreign=tuple(sorted(foreign)),
        reasons=tuple(sorted((*wanted.reasons, *_late(facts, rules, ours)), key=lambda reason: (reason.item, reason.code))),
    )


def _began(ours: dict[Key, dict[str, Any]], as_of: dt.datetime) -> dict[str, str]:
    """Reservations that run already, with their start as it was read back."""
    starts = {name: attributes.get("start") for (kind, name), attributes in ours.items() if kind == "reservation"}
    return {name: str(start) for name, start in starts.items() if (at := instant_in(start)) and at <= as_of}


def _late(facts: ProvisioningFacts, rules: ProvisioningRules, ours: dict[Key, dict[str, Any]]) -> list[Reason]:
    """Grants whose people could still come in when access had to be gone: an incident, not only a plan."""
    found = []
    for grant in facts.grants:
        late = facts.as_of - grant.to_at
        if late <= dt.timedelta(minutes=rules.access_ends_within_minutes):
            continue
        account = slurm_account(grant.id, rules.name_prefix)
        still = sum(1 for kind, name in ours if kind == "association" and name.split("/")[0] == account)
        if still:
            detail = {"minutes": str(int(late.total_seconds()) // 60), "associations": str(still)}
            found.append(Reason(item=grant.id, code="access_ends_late", detail=detail))
    return found


def _refuse_double_booking(facts: ProvisioningFacts) -> None:
    """Slurm may silently give fewer nodes than asked, so two grants of one server are refused here."""
    by_server: dict[str, list[ProvisionGrant]] = {}
    for grant in facts.grants:
        if grant.mode == "dedicated" and facts.as_of < grant.to_at:
            for server in grant.servers:
                by_server.setdefault(node_of(server, facts.node_names), []).append(grant)
    for server, grants in sorted(by_server.items()):
        for earlier, later in pairwise(sorted(grants, key=lambda one: (one.from_at, one.id))):
            if later.from_at < earlier.to_at:
                raise Infeasible(
                    f"server {server} is granted to {earlier.id!r} and to {later.id!r} at once.",
                    code="server_granted_twice",
                    detail={"server": server, "grants": f"{earlier.id}, {later.id}"},
                )


def _refuse_nonsense(facts: ProvisioningFacts, rules: ProvisioningRules) -> None:
    refuse_prefix(rules.name_prefix)
    require_unique((grant.id for grant in facts.grants), where="$.grants")
    require_unique((f"{thing.kind}:{thing.name}" for thing in facts.observed), where="$.observed")
    require_unique((slurm_account(grant.id, rules.name_prefix) for grant in facts.grants), where="names made from $.grants")
    for grant in facts.grants:
        where = f"grant {grant.id}"
        require_unique(grant.servers, where=f"{where}, servers")
        require_unique(grant.people, where=f"{where}, people")
        require_unique((node_of(server, facts.node_names) for server in grant.servers), where=f"{where}, nodes")
        if grant.to_at <= grant.from_at:
            raise BadInput("ends before it begins.", where=where, todo="Correct the dates.")
        if grant.from_at.microsecond or grant.to_at.microsecond:
            raise BadInput("begins or ends within a second.", where=where, todo="Schedulers know whole seconds; round it.")
        if not grant.servers:
            raise BadInput("has no servers.", where=where, todo="Name its servers; for an elastic grant their number counts.")
        if not is_login(grant.partition):
            raise BadInput(
                f"{grant.partition!r} is not a partition's name.", where=where, todo="Lower-case letters, digits, - and _."
            )
