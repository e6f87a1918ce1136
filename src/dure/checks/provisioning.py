"""Does this plan, carried out step by step, end where the grants want it, and harm nothing on the way?

The checker plays the changes on the observed cluster. At each step it asks whether the thing is ours,
whether the undo brings back what was there, whether what it leans on stands, and whether a server is
reserved twice; at the end it compares what is there with what each grant must have.
"""

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from typing import Any

from dure.formats.kinds import Fault
from dure.formats.stages.provisioning import (
    Change,
    ProvisionGrant,
    ProvisioningFacts,
    ProvisioningRecommendation,
    ProvisioningRules,
)

World = dict[tuple[str, str], dict[str, Any]]


def faults(facts: ProvisioningFacts, rules: ProvisioningRules, recommendation: ProvisioningRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    world: World = {(o.kind, o.name): {k: v for k, v in o.attributes.items() if v is not None} for o in facts.observed}
    before = {key: dict(attributes) for key, attributes in world.items()}
    names = {_name(grant.id, rules.name_prefix): grant for grant in facts.grants}
    found = []
    for place, change in enumerate(recommendation.changes, start=1):
        if change.order != place:
            found.append(_fault("wrong_order", change, f"stands in place {place} and says {change.order}."))
        if not _ours(change.kind, change.name, rules.name_prefix):
            found.append(_fault("foreign_touched", change, "is not ours."))
            continue
        owner = names.get(change.name.split("/")[0])
        if change.grant != (owner.id if owner else None):
            found.append(_fault("wrong_grant", change, f"belongs to {owner.id if owner else None!r}, not {change.grant!r}."))
        found += _play(change, world, rules.name_prefix)
    expected = {key: value for name, grant in names.items() for key, value in _wanted(name, grant, facts, rules).items()}
    found += _ends_as_wanted(world, expected, before, facts, rules)
    touched = {(change.kind, change.name) for change in recommendation.changes}
    found += _list_faults("unchanged", recommendation.unchanged, set(expected) - touched)
    found += _list_faults("foreign", recommendation.foreign, {key for key in before if not _ours(*key, rules.name_prefix)})
    return found + _reasons(facts, rules, recommendation, before)


def _play(change: Change, world: World, prefix: str) -> list[Fault]:
    """One step on the cluster, with everything that it must keep."""
    key = change.kind, change.name
    there = world.get(key)
    if (there is None) != (change.action == "create"):
        return [_fault("impossible_step", change, "is there already." if there is not None else "is not there.")]
    found = []
    if there is None:
        undo: dict[str, Any] = {}
        world[key] = {name: value for name, value in change.set.items() if value is not None}
    elif change.action == "delete":
        undo = world.pop(key)
    else:
        undo = {name: there.get(name) for name in change.set}
        if all(_canon(there.get(name)) == _canon(value) for name, value in change.set.items()):
            found.append(_fault("needless_change", change, "sets what is set already."))
        world[key] = {name: value for name, value in {**there, **change.set}.items() if value is not None}
    if _canon(undo) != _canon(change.undo):
        found.append(_fault("wrong_undo", change, f"the undo is {undo}, not {change.undo}."))
    return found + _leaning(change, world) + _reserved_twice(change, world, prefix)


def _leaning(change: Change, world: World) -> list[Fault]:
    """What a thing needs stands while it stands: account and QOS under people, the account under a reservation."""
    for (kind, name), attributes in world.items():
        needs = []
        if kind == "association" and name.split("/")[0] == change.name.split("/")[0]:
            needs = [("account", name.split("/")[0]), *(("qos", qos) for qos in attributes.get("qos", []))]
        elif kind == "reservation" and name == change.name:
            needs = [("account", account) for account in attributes.get("accounts", [])]
        for need in needs:
            if need not in world and (kind, name) == (change.kind, change.name):
                return [_fault("leans_on_nothing", change, f"needs {need[0]} {need[1]}.")]
            if need == (change.kind, change.name) and change.action == "delete":
                return [_fault("leaned_on", change, f"goes while {kind} {name} needs it.")]
    return []


def _reserved_twice(change: Change, world: World, prefix: str) -> list[Fault]:
    mine = world.get((change.kind, change.name))
    if change.kind != "reservation" or mine is None:
        return []
    for (kind, name), other in world.items():
        if kind != "reservation" or name == change.name or not _ours(kind, name, prefix):
            continue
        both = set(mine.get("nodes", [])) & set(other.get("nodes", []))
        starts = [at for thing in (mine, other) if (at := _instant(thing.get("start")))]
        ends = [at for thing in (mine, other) if (at := _instant(thing.get("end")))]
        if both and len(starts) == len(ends) == 2 and max(starts) < min(ends):
            return [_fault("reserved_twice", change, f"{sorted(both)} are in reservation {name} at the same time.")]
    return []


def _wanted(name: str, grant: ProvisionGrant, facts: ProvisioningFacts, rules: ProvisioningRules) -> World:
    """What this grant must have now, and nothing else."""
    if not grant.from_at - dt.timedelta(minutes=rules.lead_minutes) <= facts.as_of < grant.to_at:
        return {}
    count = len(grant.servers)
    budget = {} if grant.gpu_hours is None else {"gres/gpu": grant.gpu_hours * 60}
    things: World = {
        ("account", name): {"organization": _name(grant.organisation, "")},
        ("qos", name): {
            "flags": list(set(rules.qos_flags)),
            "grp_tres": {"gres/gpu": count * grant.gpus_per_server, "node": count},
            "grp_tres_mins": budget,
        },
    }
    for person in grant.people if grant.from_at <= facts.as_of else ():
        if _login(person):
            attributes = {"account": name, "user": person, "partition": grant.partition, "qos": [name], "default_qos": name}
            things["association", f"{name}/{person}"] = attributes
    if grant.mode == "dedicated":
        things["reservation", name] = {
            "accounts": [name],
            "partition": grant.partition,
            "nodes": [facts.node_names.get(server, server) for server in grant.servers],
            "end": grant.to_at.isoformat(),
            "flags": ["MAGNETIC", "NO_HOLD_JOBS_AFTER"],
        }
        if facts.as_of < grant.from_at:
            things["reservation", name]["start"] = grant.from_at.isoformat()
    return things


def _ends_as_wanted(
    world: World, expected: World, before: World, facts: ProvisioningFacts, rules: ProvisioningRules
) -> list[Fault]:
    found = []
    for key in sorted(set(world) | set(before) | set(expected)):
        where = " ".join(key)
        there, want = world.get(key), expected.get(key)
        if not _ours(*key, rules.name_prefix):
            if there != before.get(key):
                found.append(Fault(code="foreign_touched", where=where, message="is not as it was."))
        elif want is None and there is not None:
            found.append(Fault(code="left_over", where=where, message="no grant needs it now."))
        elif want is not None and there is None:
            found.append(Fault(code="not_made", where=where, message="a grant needs it now."))
        elif want is not None and there is not None:
            wrong = sorted(name for name in want if _canon(want[name]) != _canon(there.get(name)))
            start = _instant(there.get("start"))
            if key[0] == "reservation" and "start" not in want and (start is None or start > facts.as_of):
                wrong.append("start")
            found += [
                Fault(code="not_as_wanted", where=where, message=f"{name} is {there.get(name)!r}, not {want.get(name)!r}.")
                for name in wrong
            ]
    return found


def _reasons(
    facts: ProvisioningFacts, rules: ProvisioningRules, recommendation: ProvisioningRecommendation, before: World
) -> list[Fault]:
    """Every grant that does not have everything says why, and nobody else does."""
    expected: Counter[tuple[str, str]] = Counter()
    for grant in facts.grants:
        name = _name(grant.id, rules.name_prefix)
        if facts.as_of < grant.from_at - dt.timedelta(minutes=rules.lead_minutes):
            expected[grant.id, "not_yet_due"] += 1
        elif facts.as_of < grant.from_at < grant.to_at:
            expected[grant.id, "people_enter_at_the_start"] += 1
        elif facts.as_of < grant.to_at and not grant.people:
            expected[grant.id, "nobody_named"] += 1
        elif facts.as_of < grant.to_at and not all(map(_login, grant.people)):
            expected[grant.id, "not_a_login_name"] += 1
        inside = any(kind == "association" and other.startswith(f"{name}/") for kind, other in before)
        if inside and facts.as_of - grant.to_at > dt.timedelta(minutes=rules.access_ends_within_minutes):
            expected[grant.id, "access_ends_late"] += 1
    told = Counter((reason.item, reason.code) for reason in recommendation.reasons)
    return [
        Fault(
            code="wrong_reasons", where=item, message=f"{code}: told {told[item, code]} times, {expected[item, code]} expected."
        )
        for item, code in sorted(set(told) | set(expected))
        if told[item, code] != expected[item, code]
    ]


def _list_faults(field: str, told: tuple[str, ...], expected: set[tuple[str, str]]) -> list[Fault]:
    names = sorted(f"{kind}:{name}" for kind, name in expected)
    if sorted(told) == names:
        return []
    return [Fault(code=f"wrong_{field}", where=f"$.{field}", message=f"is {sorted(told)}, not {names}.")]


def _name(text: str, prefix: str) -> str:
    words = re.findall(r"[a-z0-9]+", re.sub(r"[^\x00-\x7f]", " ", text.lower()))
    slug = "_".join(words)[:24].rstrip("_")
    return prefix + "_".join(filter(None, (slug, hashlib.sha256(text.encode()).hexdigest()[:10])))


def _ours(kind: str, name: str, prefix: str) -> bool:
    account = name.partition("/")[0] if kind == "association" else name
    rest = account.removeprefix(prefix)
    slug, digest = rest[:-10], rest[-10:]
    if rest == account or len(digest) < 10 or set(digest) - set("0123456789abcdef"):
        return False
    letters = set("abcdefghijklmnopqrstuvwxyz0123456789_")
    return slug == "" or (slug.endswith("_") and 2 <= len(slug) <= 25 and set(slug) <= letters)


def _login(person: str) -> bool:
    first, letters = "abcdefghijklmnopqrstuvwxyz_", "abcdefghijklmnopqrstuvwxyz0123456789_.-"
    return 1 <= len(person) <= 32 and person[0] in first and all(letter in letters for letter in person)


def _instant(value: Any) -> dt.datetime | None:
    try:
        instant = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo else None


def _canon(value: Any) -> Any:
    """Comparable whatever the order of lists and the offset of instants."""
    if isinstance(value, dict):
        return {name: _canon(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return sorted(json.dumps(_canon(item), sort_keys=True) for item in value)
    instant = _instant(value)
    return f"at {instant.timestamp()}" if instant else value


def _fault(code: str, change: Change, message: str) -> Fault:
    return Fault(code=code, where=f"change {change.order} ({change.action} {change.kind} {change.name})", message=message)
