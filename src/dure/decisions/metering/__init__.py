"""How many GPU-hours did each lease hold and use, and was every second of every server accounted for?

Scheduler records, telemetry, leases, maintenance and the providers' own use are laid over each other
in whole seconds. What is billed is held time: servers are granted whole, so an hour in which nobody
computed was still kept from everyone else. Cutting a period in two gives the same totals.
"""

from collections import defaultdict

from dure.decisions.metering.differences import differences
from dure.decisions.metering.intervals import Span, second_of
from dure.decisions.metering.own_use import own_use
from dure.decisions.metering.records import admitted
from dure.decisions.metering.states import ServerTime, server_states, server_times
from dure.decisions.metering.usage import Period, held_less, lease_usage, work
from dure.formats.errors import BadInput
from dure.formats.kinds import Reason
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.metering import (
    Difference,
    MeteredLease,
    MeteringFacts,
    MeteringRecommendation,
    MeteringRules,
    OwnUse,
)

METHOD = "held_time_by_sweep"


def recommend(facts: MeteringFacts, rules: MeteringRules) -> MeteringRecommendation:
    """Meter one period."""
    window = second_of(facts.from_at, where="$.from"), second_of(facts.to_at, where="$.to")
    _refuse_nonsense(facts, window)
    times = server_times(facts, window)
    records = admitted(facts, window)
    done = work(records, times, window)
    differing = {server: differences(time, records.telemetry.get(server, []), done, rules) for server, time in times.items()}
    providers, own_use_reasons = _own_use(facts, times)
    leases = sorted((lease for lease in facts.leases if _touches(lease, window)), key=lambda lease: lease.id)
    period = Period(window, facts.from_at.tzinfo, times, records, done)
    waiting = _on_hold(leases, period, differing)
    usage = tuple(lease_usage(lease, period, rules, on_hold=lease.id in waiting) for lease in leases)
    reasons = [*records.reasons, *own_use_reasons, *_difference_reasons(differing, rules)]
    reasons += [reason for lease in leases if (reason := held_less(lease, times))]
    reasons += [
        Reason(item=line.lease, code="used_exceeds_held", detail={"used_gpu_seconds": str(line.used_gpu_seconds)})
        for line in usage
        if line.used_gpu_seconds > line.held_gpu_seconds - line.gap_gpu_seconds
    ]
    return MeteringRecommendation(
        method=METHOD,
        usage=usage,
        states=tuple(server_states(time) for time in times.values()),
        differences=tuple(difference for found in differing.values() for difference in found),
        own_use=providers,
        duplicates_ignored=records.duplicates,
        reasons=tuple(sorted(reasons, key=lambda reason: (reason.item, reason.code, sorted(reason.detail.items())))),
    )


def _on_hold(leases: list[MeteredLease], period: Period, differing: dict[str, list[Difference]]) -> set[str]:
    """Leases with a doubtful record, more use than time, or a held difference on a server of theirs."""
    waiting = set(period.records.doubtful)
    for server, found in differing.items():
        if any(difference.held for difference in found):
            waiting.update(lease for lease, spans in period.times[server].claimed.items() if spans)
        if any(difference.held and difference.between == "lease_scheduler" for difference in found):
            waiting |= period.work.astray_leases[server]
    for lease in leases:
        measured = sum(
            (end - start) * period.times[server].server.gpus
            for server in lease.servers
            for start, end in period.times[server].measured[lease.id]
        )
        if period.work.used[lease.id] > measured:
            waiting.add(lease.id)
    return waiting


def _difference_reasons(differing: dict[str, list[Difference]], rules: MeteringRules) -> list[Reason]:
    return [
        Reason(
            item=difference.server,
            code="difference_held",
            detail={"between": difference.between, "share": difference.share, "allowed": rules.difference_held},
        )
        for found in differing.values()
        for difference in found
        if difference.held
    ]


def _own_use(facts: MeteringFacts, times: dict[str, ServerTime]) -> tuple[tuple[OwnUse, ...], list[Reason]]:
    """Every provider with a contract, and every provider that used servers without one."""
    contracts = {contract.provider: contract for contract in facts.own_use_contracts}
    of_provider: dict[str, list[ServerTime]] = defaultdict(list)
    for time in times.values():
        of_provider[time.server.provider].append(time)
    using = {provider for provider, mine in of_provider.items() if any(time.own_use for time in mine)}
    made = [
        own_use(provider, contracts.get(provider), of_provider.get(provider, [])) for provider in sorted(using | set(contracts))
    ]
    return tuple(line for line, _ in made), [reason for _, reason in made if reason]


def _touches(lease: MeteredLease, window: Span) -> bool:
    return second_of(lease.from_at, where=lease.id) < window[1] and second_of(lease.to_at, where=lease.id) > window[0]


def _refuse_nonsense(facts: MeteringFacts, window: Span) -> None:
    if window[1] <= window[0]:
        raise BadInput("the period ends before it begins.", where="$.to", todo="Give a later instant.")
    require_unique((server.id for server in facts.servers), where="$.servers")
    require_unique((lease.id for lease in facts.leases), where="$.leases")
    require_unique((contract.provider for contract in facts.own_use_contracts), where="$.own_use_contracts")
    models = {server.id: server.gpu_model for server in facts.servers}
    for name in ("maintenance", "own_use", "gaps"):
        require_known((row.server for row in getattr(facts, name)), models, where=f"$.{name}")
    for lease in facts.leases:
        where = f"lease {lease.id}"
        require_unique(lease.servers, where=where)
        require_known(lease.servers, models, where=where)
        if lease.to_at <= lease.from_at:
            raise BadInput("ends before it begins.", where=where, todo="Correct the dates.")
        if len({models[server] for server in lease.servers}) != 1:
            raise BadInput("its servers are not of exactly one GPU model.", where=where, todo="A lease lies in one pool.")
    for contract in facts.own_use_contracts:
        if contract.own_before_gpu_seconds > contract.in_service_before_gpu_seconds:
            raise BadInput(
                "more own use than time in service before this period.",
                where=f"own-use contract of {contract.provider}",
                todo="Hand on both totals of the last period.",
            )
