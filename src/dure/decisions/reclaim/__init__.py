"""Which leases are idle or misused, what is to be done about each, and who gets the servers?

Too little use (by the published floor, days and data) or a confirmed use for another purpose leads to
a notice, a time to answer, and only then to a reclaim. Missing data is not idleness; an open appeal
or an answer that nobody has judged yet stops everything; an accepted answer or an upheld appeal
settles its notice and the use before it. What is reclaimed goes to the first on the waiting list who fits.
"""

from dure.decisions.reclaim.proposals import History, proposal
from dure.decisions.reclaim.regrants import regrants
from dure.formats.errors import BadInput
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.reclaim import ReclaimFacts, ReclaimRecommendation, ReclaimRules

METHOD = "notice_answer_reclaim"


def recommend(facts: ReclaimFacts, rules: ReclaimRules) -> ReclaimRecommendation:
    """A proposal for every lease, and a regrant for the servers that come free."""
    _refuse_nonsense(facts, rules)
    made = [
        proposal(lease, History.of(lease.id, facts), facts.as_of, rules) for lease in sorted(facts.leases, key=lambda x: x.id)
    ]
    proposals = tuple(one for one, _ in made)
    handed_on, waiting_reasons = regrants(facts, proposals)
    reasons = [reason for _, reason in made if reason] + waiting_reasons
    return ReclaimRecommendation(
        method=METHOD,
        proposals=proposals,
        regrants=handed_on,
        reasons=tuple(sorted(reasons, key=lambda reason: (reason.item, reason.code))),
    )


def _refuse_nonsense(facts: ReclaimFacts, rules: ReclaimRules) -> None:
    if rules.minimum_data_days > rules.floor_days:
        raise BadInput(
            f"{rules.minimum_data_days} days with data cannot be found in {rules.floor_days} days.",
            where="rule reclaim/minimum_data_days",
            todo="Ask for no more days than are looked at.",
        )
    leases = [lease.id for lease in facts.leases]
    require_unique(leases, where="$.leases")
    for name in ("off_purpose", "notices", "appeals"):
        require_known((row.lease for row in getattr(facts, name)), leases, where=f"$.{name}")
    _refuse_lease_nonsense(facts)
    for notice in facts.notices:
        if (notice.answered_on is None and notice.answer_accepted is not None) or (
            notice.answered_on is not None and notice.answered_on < notice.sent_on
        ):
            raise BadInput(
                "is judged without an answer, or answered before it was sent.",
                where=f"notice of {notice.sent_on} to {notice.lease}",
                todo="Correct the notice.",
            )
    for appeal in facts.appeals:
        if (appeal.closed_on is None and appeal.upheld) or (appeal.closed_on is not None and appeal.closed_on < appeal.opened_on):
            raise BadInput(
                "is upheld while open, or closed before it was opened.",
                where=f"appeal of {appeal.opened_on} for {appeal.lease}",
                todo="Correct the appeal.",
            )
    require_known(
        (f"{row.lease} {row.notice_sent_on}" for row in facts.appeals if row.notice_sent_on),
        (f"{row.lease} {row.sent_on}" for row in facts.notices),
        where="$.appeals (notice_sent_on)",
    )
    _refuse_waiting_nonsense(facts)


def _refuse_lease_nonsense(facts: ReclaimFacts) -> None:
    for lease in facts.leases:
        require_unique((day.day.isoformat() for day in lease.days), where=f"lease {lease.id}, days")
        if lease.to_on <= lease.from_on:
            raise BadInput("ends before it begins.", where=f"lease {lease.id}", todo="Correct the dates.")
        for day in lease.days:
            if day.busy_servers is not None and day.busy_servers > lease.servers:
                raise BadInput(
                    f"{day.busy_servers} servers were busy of {lease.servers}.",
                    where=f"lease {lease.id}, {day.day}",
                    todo="Correct the day, or the size of the lease.",
                )


def _refuse_waiting_nonsense(facts: ReclaimFacts) -> None:
    require_unique((one.application for one in facts.waiting), where="$.waiting")
    require_unique((f"place {one.place}" for one in facts.waiting), where="$.waiting")
    for one in facts.waiting:
        if one.minimum_servers > one.servers:
            raise BadInput(
                f"asks for {one.servers} servers and for at least {one.minimum_servers}.",
                where=f"waiting {one.application}",
                todo="The least cannot be more than what is asked.",
            )
