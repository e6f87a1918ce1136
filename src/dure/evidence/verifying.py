"""Verifies one export of evidence: every check, in an order in which what comes first is what others rest on."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dure.evidence import manifest
from dure.evidence.archive import Archive
from dure.evidence.findings import Finding, Report, finding
from dure.evidence.history import acts, chain, decisions, heads, links, money, people, rulebook, signed
from dure.evidence.holding import Cache, Held
from dure.evidence.records import agreements, allocation, billing, demand, documents, origins, register, review, supply, use
from dure.evidence.trust import Trust

Progress = Callable[[str, int, int], None]


class Check(NamedTuple):
    """One check: its name, and what finds its faults."""

    name: str
    findings: Callable[[Held], Iterator[Finding]]


CHECKS = (
    Check("manifest", manifest.members), Check("signature of the manifest", manifest.signature),
    Check("documents", manifest.documents), Check("chain", chain.links), Check("entries", chain.entries),
    Check("answers", chain.answers), Check("heads and witnesses", heads.log), Check("keys", signed.keys),
    Check("signed answers", signed.answers), Check("roles", people.roles), Check("desks", people.seated),
    Check("beneficiaries", people.disinterested), Check("judges", people.judging), Check("two people", people.enough),
    Check("acts", acts.acts),
    Check("acts of entries", acts.of_entries), Check("rules read", rulebook.read), Check("rule book", rulebook.known),
    Check("decisions", decisions.recommendations),
    Check("selections", links.selections), Check("who applied", links.eligibilities),
    Check("who was ranked", links.rankings_of_applications), Check("who was planned for", links.plans),
    Check("what was metered", links.meterings), Check("what was billed", links.bills), Check("shares moved", links.shares),
    Check("reclaims", links.reclaims),
    Check("rows of acts", origins.rows), Check("appropriations", money.corrections),
    Check("prices", origins.prices), Check("score sheets", origins.sheets),
    Check("registered keys", origins.keys), Check("roles given", origins.roles), Check("register", register.entered),
    Check("withdrawals", register.withdrawn), Check("documents", documents.documents),
    Check("statements", register.stated), Check("calls, rounds and clusters", register.terms),
    Check("machines", register.machines), Check("panels", register.panels), Check("organisations", register.applicants),
    Check("mergers", register.mergers),
    Check("budget lines", supply.lines), Check("proposals", supply.proposals), Check("awards", supply.awards),
    Check("commitments", supply.commitments),
    Check("agreements", agreements.agreements), Check("terms", agreements.terms), Check("sheets judged", review.sheets),
    Check("rankings", review.rankings), Check("estimates", demand.estimates), Check("shares", demand.shares),
    Check("eligibility", demand.eligibility), Check("results", demand.results), Check("grants", allocation.grants),
    Check("leases", allocation.leases), Check("plans", allocation.plans), Check("usage", use.usage),
    Check("server states", use.states), Check("invoices", billing.invoices),
    Check("clawbacks, statements and rates", billing.others),
)  # fmt: skip
_UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError)


def verify(
    archive: Archive, trust: Trust, *, cache: Cache | None = None, progress: Progress = lambda _name, _done, _all: None
) -> Report:
    """Everything that is wrong with an export. `progress` hears each check's name, how many are done, and how many there are."""
    held = Held(archive, trust, cache)
    found: list[Finding] = []
    for done, check in enumerate(CHECKS):
        progress(check.name, done, len(CHECKS))
        try:
            found += check.findings(held)
        except _UNREADABLE as error:
            found.append(finding("unreadable", check.name, "rows as the format has them", f"{type(error).__name__}: {error}"))
    progress("", len(CHECKS), len(CHECKS))
    return Report(findings=tuple(found), remarks=tuple(held.remarks), counts=_counts(held))


def _counts(held: Held) -> dict[str, int]:
    """How much there was to look at."""
    try:
        return {str(each["name"]): int(each["lines"]) for each in held.manifest["parts"]}
    except _UNREADABLE:
        return {}
