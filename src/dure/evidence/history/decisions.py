"""Is each recommendation right? Its independent checker looks at it again, from its own facts and rules."""

from collections.abc import Iterator

from dure.evidence.checking import filed_faults
from dure.evidence.findings import Finding, finding
from dure.evidence.holding import Held, Row

STAGES = {
    "budget": ("budget",), "evaluation": ("evaluation", "application"), "portfolio": ("portfolio",), "buildout": ("buildout",),
    "demand": ("survey",), "shares": ("shares", "rebalancing"), "eligibility": ("application",), "allocation": ("allocation",),
    "provisioning": ("provisioning",), "metering": ("metering",), "burden": ("settlement",), "settlement": ("settlement",),
    "outcomes": ("outcomes",), "reclaim": ("rebalancing",),
}  # fmt: skip


def recommendations(held: Held) -> Iterator[Finding]:
    """Every one of them."""
    for entry in held.entries:
        if entry["kind"] == "recommendation":
            yield from _frame(entry)
            yield from _documents(held, entry)


def _frame(entry: Row) -> Iterator[Finding]:
    where, allowed = f"journal entry {entry['seq']}", STAGES.get(entry["decision"], ())
    if entry.get("journal", 1) != 1 and entry["stage"] not in allowed:
        yield finding("foreign_stage", where, f"{entry['decision']} at {' or '.join(allowed)}", entry["stage"])


def _documents(held: Held, entry: Row) -> Iterator[Finding]:
    facts, rules, made = (held.filed(entry, name) for name in ("facts", "rules", "recommendation"))
    if facts is None or made is None:
        return
    where = f"journal entry {entry['seq']} ({entry['decision']} {entry['subject']})"
    version = entry.get("format") or facts.get("version") or 1
    if facts.get("version", 1) != version:
        yield finding("foreign_version", where, f"facts of version {version}", facts.get("version"))
    if made["method"] != entry["method"]:
        yield finding("foreign_method", where, f"the method of the recommendation, {made['method']}", entry["method"])
    key = (entry["decision"], str(version), *(entry[f"{name}_digest"] for name in ("facts", "rules", "recommendation")))
    if "" in key or key not in held.cache.faults:
        held.cache.faults[key] = filed_faults(entry["decision"], facts, rules, made, version=version)
    for fault in held.cache.faults[key]:
        yield finding(fault.code, f"{where}: {fault.where}", "what the checker works out", fault.message)
