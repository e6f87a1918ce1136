"""What should the cluster have at this moment for each grant?

Account, QOS and reservation stand from the lead time before the start; people are let in exactly at
the start, and everything goes at the end. Limits are on the untyped `gres/gpu` and on `node`, for a
limit on a typed resource is passed by an untyped request.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from dure.decisions.provisioning.names import is_login, node_of, organisation_label, slurm_account
from dure.formats.kinds import Reason
from dure.formats.stages.provisioning import ProvisionGrant, ProvisioningFacts, ProvisioningRules

# Jobs of the account enter without being told; those still waiting at the end do not wait for ever.
RESERVATION_FLAGS = ("MAGNETIC", "NO_HOLD_JOBS_AFTER")
Key = tuple[str, str]  # kind and name


class Desired(NamedTuple):
    """What should be there, whose it is, and who gets less than asked."""

    things: dict[Key, dict[str, Any]]
    grant_of_account: dict[str, str]
    reasons: list[Reason]


def desired(facts: ProvisioningFacts, rules: ProvisioningRules, began: Mapping[str, str]) -> Desired:
    """The whole desired state; `began` are reservations that run already, and since when as they say."""
    made = Desired({}, {}, [])
    for grant in sorted(facts.grants, key=lambda one: one.id):
        account = slurm_account(grant.id, rules.name_prefix)
        made.grant_of_account[account] = grant.id
        ready_at = grant.from_at - dt.timedelta(minutes=rules.lead_minutes)
        if facts.as_of < ready_at:
            detail = {"ready_at": instant_text(ready_at), "from": instant_text(grant.from_at)}
            made.reasons.append(Reason(item=grant.id, code="not_yet_due", detail=detail))
        elif facts.as_of < grant.to_at:
            made.things.update(_frame(grant, account, facts, rules, began))
            if facts.as_of < grant.from_at:
                detail = {"from": instant_text(grant.from_at)}
                made.reasons.append(Reason(item=grant.id, code="people_enter_at_the_start", detail=detail))
            else:
                made.things.update(_associations(grant, account))
                made.reasons.extend(_left_out(grant))
    return made


def instant_text(instant: dt.datetime) -> str:
    """An instant in UTC, as it stands in attributes."""
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _frame(
    grant: ProvisionGrant, account: str, facts: ProvisioningFacts, rules: ProvisioningRules, began: Mapping[str, str]
) -> dict[Key, dict[str, Any]]:
    """Account, limits, and for dedicated servers the reservation by node name."""
    things: dict[Key, dict[str, Any]] = {
        ("account", account): {"organization": organisation_label(grant.organisation)},
        ("qos", account): {
            "flags": sorted(set(rules.qos_flags)),
            "grp_tres": {"gres/gpu": len(grant.servers) * grant.gpus_per_server, "node": len(grant.servers)},
            "grp_tres_mins": {} if grant.gpu_hours is None else {"gres/gpu": 60 * grant.gpu_hours},
        },
    }
    if grant.mode == "dedicated":
        # Slurm refuses a start in the past, and cannot move the start of what has begun.
        start = instant_text(max(grant.from_at, facts.as_of.replace(microsecond=0)))
        if grant.from_at <= facts.as_of:
            start = began.get(account, start)
        things["reservation", account] = {
            "accounts": [account],
            "partition": grant.partition,
            "nodes": sorted(node_of(server, facts.node_names) for server in grant.servers),
            "start": start,
            "end": instant_text(grant.to_at),
            "flags": list(RESERVATION_FLAGS),
        }
    return things


def _associations(grant: ProvisionGrant, account: str) -> dict[Key, dict[str, Any]]:
    return {
        ("association", f"{account}/{person}"): {
            "account": account,
            "user": person,
            "partition": grant.partition,
            "qos": [account],
            "default_qos": account,
        }
        for person in grant.people
        if is_login(person)
    }


def _left_out(grant: ProvisionGrant) -> list[Reason]:
    """People whom the cluster cannot know by that name, and grants that nobody can enter."""
    unsafe = sorted(person for person in grant.people if not is_login(person))
    if unsafe:
        return [Reason(item=grant.id, code="not_a_login_name", detail={"people": unsafe})]
    return [] if grant.people else [Reason(item=grant.id, code="nobody_named")]
