"""Who on the waiting list gets the servers that come free?

Strictly by place: each in turn takes, of the freed parts of the right model, the one that gives most
server-weeks of what is asked (then most servers, then what leaves least, then by lease). A part stays
in its pool, so parts of two leases are never put together; and it is free for as long as its lease
would have run.
"""

import datetime as dt

from dure.formats.kinds import Reason
from dure.formats.stages.reclaim import LeaseUse, Proposal, ReclaimFacts, Regrant, Waiting


def regrants(facts: ReclaimFacts, proposals: tuple[Proposal, ...]) -> tuple[tuple[Regrant, ...], list[Reason]]:
    """The regrants, and a reason for everyone on the list who did not get all that was asked."""
    leases = {lease.id: lease for lease in facts.leases}
    free = {one.lease: one.servers for one in proposals if one.action == "reclaim"}
    made, reasons = [], []
    for waiting in sorted(facts.waiting, key=lambda one: one.place):
        grant = _best_part(waiting, free, leases, facts.as_of)
        if grant:
            free[grant.lease] -= grant.servers
            made.append(grant)
        reason = _reason(waiting, grant, free, leases)
        if reason:
            reasons.append(reason)
    return tuple(made), reasons


def _best_part(waiting: Waiting, free: dict[str, int], leases: dict[str, LeaseUse], as_of: dt.date) -> Regrant | None:
    options = []
    for lease, servers in free.items():
        weeks = min(waiting.weeks, _weeks_left(leases[lease], as_of))
        fits = leases[lease].gpu_model in waiting.gpu_models and servers >= waiting.minimum_servers
        if fits and weeks:
            given = min(servers, waiting.servers)
            options.append((-given * weeks, -given, servers, lease, weeks))
    if not options:
        return None
    _, given, _, lease, weeks = min(options)
    return Regrant(application=waiting.application, lease=lease, servers=-given, weeks=weeks)


def _weeks_left(lease: LeaseUse, as_of: dt.date) -> int:
    return (lease.to_on - as_of).days // 7


def _reason(waiting: Waiting, grant: Regrant | None, free: dict[str, int], leases: dict[str, LeaseUse]) -> Reason | None:
    if grant and (grant.servers, grant.weeks) == (waiting.servers, waiting.weeks):
        return None
    asked = {"servers": str(waiting.servers), "weeks": str(waiting.weeks)}
    if grant:
        given = {"servers_given": str(grant.servers), "weeks_given": str(grant.weeks)}
        code = "fewer_servers_free" if grant.servers < waiting.servers else "fewer_weeks_left"
        return Reason(item=waiting.application, code=code, detail={**asked, **given})
    fitting = {lease: servers for lease, servers in free.items() if leases[lease].gpu_model in waiting.gpu_models and servers}
    if not fitting:
        return Reason(item=waiting.application, code="no_server_of_its_models_free", detail=asked)
    if all(servers < waiting.minimum_servers for servers in fitting.values()):
        detail = {"minimum_servers": str(waiting.minimum_servers), "most_free": str(max(fitting.values()))}
        return Reason(item=waiting.application, code="minimum_above_what_is_free", detail=detail)
    return Reason(item=waiting.application, code="no_week_left", detail=asked)
