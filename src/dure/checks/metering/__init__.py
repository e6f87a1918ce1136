"""Do the metered figures follow from the records, second by second?

The state of a server is recomputed at each instant at which anything changes, where the decision
cuts and joins spans; all totals are then added up again and compared with what is claimed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from dure.checks.metering.evidence import Evidence, Sums, added_up, believed, covered
from dure.checks.metering.timeline import Timeline, second, timelines
from dure.formats.kinds import Fault, decimal_text
from dure.formats.stages.metering import MeteredLease, MeteringFacts, MeteringRecommendation, MeteringRules

SHARE_DECIMALS = 6
STATES = ("leased", "idle", "maintenance", "own_use")


def faults(facts: MeteringFacts, rules: MeteringRules, recommendation: MeteringRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    lines = timelines(facts)
    evidence = believed(facts)
    sums = added_up(evidence, lines, (second(facts.from_at), second(facts.to_at)))
    states = {server: _states(line) for server, line in lines.items()}
    found = _rows_told_twice(recommendation)
    found += _compare(states, {row.server: row for row in recommendation.states}, "state")
    differences = {
        (server, between): values
        for server, line in lines.items()
        for between, values in _differences(line, evidence, sums, rules, states[server]["in_service"]).items()
    }
    found += _compare(differences, {(row.server, row.between): row for row in recommendation.differences}, "difference")
    own_use = _own_use(facts, lines)
    found += _compare(own_use, {row.provider: row for row in recommendation.own_use}, "own_use")
    held = {key for key, values in differences.items() if values["held"]}
    doubtful = evidence.doubtful | _leases_of_differences(facts, sums, held)
    usage = {
        lease.id: _line(lease, lines, evidence, sums, rules)
        for lease in facts.leases
        if lease.from_at < facts.to_at and lease.to_at > facts.from_at
    }
    for lease, line in usage.items():
        measured = line["held_gpu_seconds"] - line["gap_gpu_seconds"]
        line["on_hold"] = lease in doubtful or line["used_gpu_seconds"] > measured
    found += _compare(usage, {row.lease: row for row in recommendation.usage}, "usage")
    if evidence.repeated != recommendation.duplicates_ignored:
        message = f"{evidence.repeated} records came again, not {recommendation.duplicates_ignored}."
        found.append(Fault(code="wrong_duplicates", where="$.duplicates_ignored", message=message))
    expected = evidence.reasons + Counter((server, "difference_held") for server, _ in held)
    expected += _lease_reasons(facts, lines, usage) + _own_use_reasons(facts, own_use)
    return found + _reasons(expected, recommendation)


def _states(line: Timeline) -> dict[str, Any]:
    lengths: Counter[str] = Counter()
    for moment in line.moments:
        lengths[moment.state] += moment.end - moment.start
    return {"in_service": sum(lengths[state] for state in STATES), **{state: lengths[state] for state in STATES}}


def _differences(
    line: Timeline, evidence: Evidence, sums: Sums, rules: MeteringRules, in_service: int
) -> dict[str, dict[str, Any]]:
    server = line.server.id
    apart = {
        "lease_maintenance": Fraction(sum(m.end - m.start for m in line.moments if m.claimed and m.state == "maintenance")),
        "lease_own_use": Fraction(sum(m.end - m.start for m in line.moments if m.claimed and m.state == "own_use")),
        "lease_scheduler": Fraction(covered(sums.astray[server])),
        "scheduler_telemetry": _unexplained(line, evidence, sums, Fraction(rules.busy_when_at_least)),
    }
    made = {}
    for between, seconds in apart.items():
        if seconds:
            share = min(seconds / in_service, Fraction(1)) if in_service else Fraction(1)
            held = between != "lease_maintenance" and share > Fraction(rules.difference_held)
            made[between] = {"share": decimal_text(share, SHARE_DECIMALS), "held": held}
    return made


def _unexplained(line: Timeline, evidence: Evidence, sums: Sums, threshold: Fraction) -> Fraction:
    total = Fraction(0)
    jobs = sorted(sums.running[line.server.id])
    for row in evidence.telemetry.get(line.server.id, ()):
        if Fraction(row.busy) < threshold:
            continue
        start, end = second(row.from_at), second(row.to_at)
        near = [(one, two) for one, two in jobs if one < end and two > start]
        length, explained = 0, 0
        for moment in line.between(start, end):
            if not moment.state:
                continue
            length += moment.end - moment.start
            if moment.gap or moment.state in {"own_use", "maintenance"}:
                explained += moment.end - moment.start
            else:
                cut = [(max(one, moment.start), min(two, moment.end)) for one, two in near]
                explained += covered([(one, two) for one, two in cut if one < two])
        total += max(Fraction(0), Fraction(row.busy) * length - explained)
    return total


def _leases_of_differences(facts: MeteringFacts, sums: Sums, held: set[tuple[str, str]]) -> set[str]:
    """Leases in force on a disputed server, and those whose jobs ran where they held nothing."""
    disputed = {server for server, _ in held}
    found = {lease for server, between in held if between == "lease_scheduler" for lease in sums.astray_leases[server]}
    return found | {
        lease.id
        for lease in facts.leases
        if not disputed.isdisjoint(lease.servers) and lease.from_at < facts.to_at and lease.to_at > facts.from_at
    }


def _line(
    lease: MeteredLease, lines: Mapping[str, Timeline], evidence: Evidence, sums: Sums, rules: MeteringRules
) -> dict[str, Any]:
    held = gap = telemetered = energy = 0
    busy, least = Fraction(0), Fraction(rules.busy_when_at_least)
    working = set(sums.ran[lease.id])
    for server in lease.servers:
        line = lines[server]
        mine = [m for m in line.moments if m.state == "leased" and m.lease == lease.id]
        held += sum(m.end - m.start for m in mine) * line.server.gpus
        gap += sum(m.end - m.start for m in mine if m.gap) * line.server.gpus
        for row in evidence.telemetry.get(server, ()):
            start, length = second(row.from_at), second(row.to_at) - second(row.from_at)
            parts = [m for m in line.between(start, start + length) if m.state == "leased" and m.lease == lease.id]
            seconds = sum(m.end - m.start for m in parts) * line.server.gpus
            telemetered += seconds
            busy += Fraction(row.busy) * seconds
            energy += sum(_until(row.energy_wh, m.end - start, length) for m in parts)
            energy -= sum(_until(row.energy_wh, m.start - start, length) for m in parts)
            if seconds and Fraction(row.busy) > 0 and Fraction(row.busy) >= least:
                working.add(server)
    measured, used, first = held - gap, sums.used[lease.id], lines[lease.servers[0]]
    return {
        "organisation": lease.organisation,
        "sector": lease.sector,
        "from_at": max(first.starts[0], second(lease.from_at)),
        "to_at": min(first.moments[-1].end, second(lease.to_at)),
        "model": first.server.gpu_model,
        "servers": len(lease.servers),
        "held_gpu_seconds": held,
        "gap_gpu_seconds": gap,
        "used_gpu_seconds": used,
        "gpu_hours": decimal_text(Fraction(held, 3600), rules.gpu_hour_decimals),
        "utilisation": _share(Fraction(used, measured)) if measured else None,
        "busy": _share(busy / telemetered) if telemetered else None,
        "busy_servers": len(working) if measured or telemetered else None,
        "telemetry_coverage": _share(Fraction(telemetered, held or 1)),
        "energy_wh": energy if telemetered else None,
    }


def _until(energy_wh: int, seconds: int, length: int) -> int:
    return energy_wh * seconds // length


def _share(value: Fraction) -> str:
    return decimal_text(min(value, Fraction(1)), SHARE_DECIMALS)


def _own_use(facts: MeteringFacts, lines: Mapping[str, Timeline]) -> dict[str, dict[str, Any]]:
    contracts = {contract.provider: contract for contract in facts.own_use_contracts}
    fleet: dict[str, list[Timeline]] = defaultdict(list)
    for line in lines.values():
        fleet[line.server.provider].append(line)
    made = {}
    for provider in {*fleet, *contracts}:
        changes: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        own = serving = 0
        for line in fleet[provider]:
            for moment in line.moments:
                gpus = line.server.gpus if moment.state else 0
                mine = gpus if moment.state == "own_use" else 0
                own, serving = own + mine * (moment.end - moment.start), serving + gpus * (moment.end - moment.start)
                for at, sign in ((moment.start, 1), (moment.end, -1)):
                    changes[at][0] += sign * mine
                    changes[at][1] += sign * gpus
        contract = contracts.get(provider)
        if contract is None and not own:
            continue
        running, most = [0, 0], Fraction(0)
        for at in sorted(changes):
            running = [running[0] + changes[at][0], running[1] + changes[at][1]]
            most = max(most, Fraction(running[0], running[1] or 1))
        agreed = Fraction(contract.share) if contract else Fraction(0)
        before = (contract.own_before_gpu_seconds, contract.in_service_before_gpu_seconds) if contract else (0, 0)
        total = Fraction(own + before[0], (serving + before[1]) or 1)
        made[provider] = {
            "contracted": contract.share if contract else "0",
            "used": _share(Fraction(own, serving or 1)),
            "most_at_once": _share(most),
            "cumulative": _share(total),
            "own_gpu_seconds": own + before[0],
            "in_service_gpu_seconds": serving + before[1],
            "within": most <= agreed and total <= agreed,
        }
    return made


def _lease_reasons(
    facts: MeteringFacts, lines: Mapping[str, Timeline], usage: Mapping[str, Mapping[str, Any]]
) -> Counter[tuple[str, str]]:
    expected: Counter[tuple[str, str]] = Counter()
    for lease in facts.leases:
        if (line := usage.get(lease.id)) is None:
            continue
        promised = (line["to_at"] - line["from_at"]) * sum(lines[server].server.gpus for server in lease.servers)
        if line["held_gpu_seconds"] < promised:
            expected[lease.id, "held_less_than_leased"] += 1
        if line["used_gpu_seconds"] > line["held_gpu_seconds"] - line["gap_gpu_seconds"]:
            expected[lease.id, "used_exceeds_held"] += 1
    return expected


def _own_use_reasons(facts: MeteringFacts, own_use: Mapping[str, Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    agreed = {contract.provider for contract in facts.own_use_contracts}
    return Counter(
        (provider, "own_use_above_contract" if provider in agreed else "own_use_without_contract")
        for provider, line in own_use.items()
        if not line["within"]
    )


def _reasons(expected: Counter[tuple[str, str]], recommendation: MeteringRecommendation) -> list[Fault]:
    told = Counter((reason.item, reason.code) for reason in recommendation.reasons)
    missing = [Fault(code="no_reason", where=item, message=f"{code} is not told.") for item, code in sorted(expected - told)]
    return missing + [
        Fault(code="groundless_reason", where=item, message=f"{code} has no ground in the facts.")
        for item, code in sorted(told - expected)
    ]


def _rows_told_twice(recommendation: MeteringRecommendation) -> list[Fault]:
    rows: list[str] = [f"lease {row.lease}" for row in recommendation.usage]
    rows += [f"server {row.server}" for row in recommendation.states]
    rows += [f"provider {row.provider}" for row in recommendation.own_use]
    rows += [f"{row.server} {row.between}" for row in recommendation.differences]
    return [
        Fault(code="told_twice", where=row, message=f"has {times} rows.")
        for row, times in sorted(Counter(rows).items())
        if times > 1
    ]


def _compare(expected: Mapping[Any, Mapping[str, Any]], claimed: Mapping[Any, Any], what: str) -> list[Fault]:
    """Each expected row is there once with these values, and no other is."""
    found = [
        Fault(code=f"wrong_{what}_rows", where=_place(key), message="is missing or should not be there.")
        for key in sorted(set(expected) ^ set(claimed))
    ]
    for key in sorted(set(expected) & set(claimed)):
        for field, value in expected[key].items():
            actual = getattr(claimed[key], field)
            plain = second(actual) if field in {"from_at", "to_at"} else actual
            if plain != value:
                message = f"{field} is {value}, not {plain}."
                found.append(Fault(code=f"wrong_{what}", where=_place(key), message=message))
    return found


def _place(key: str | Iterable[str]) -> str:
    return key if isinstance(key, str) else " ".join(key)
