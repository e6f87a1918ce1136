"""Which appropriation does a budget divide, and out of which is a call paid? And was one corrected before it was divided?"""

from collections.abc import Iterator

from dure.evidence.comparing import moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.acts import given
from dure.evidence.history.rulebook import day_of
from dure.evidence.holding import Held, Row


def divided_by(held: Held, entry: Row, approval: Row) -> str:
    """The day of the appropriation; until November 2026 a budget's subject was the programme, of which it was the latest."""
    if entry["subject"] != held.manifest["programme"]:
        return str(entry["subject"])
    return max(_recorded(held, approval["at"]), default="")


def paying(held: Held, call: Row, at: str) -> str:
    """The day of the last appropriation by the call's opening, of those recorded until `at`; before the first, of the first."""
    days = sorted(_recorded(held, at))
    made = [day for day in days if day <= day_of(held, call["opened_at"])]
    return str(made[-1] if made else days[0]) if days else ""


def _recorded(held: Held, at: str) -> set[str]:
    """The days of the appropriations that were recorded by then."""
    return {act["given"]["appropriated_on"] for act in given(held, "appropriate") if moment(act["at"]) <= moment(at)}


def corrections(held: Held) -> Iterator[Finding]:
    """An amount is recorded once, and corrected instead of the one before it, while no approved budget divides it."""
    amounts: dict[str, int] = {}
    divided = {divided_by(held, *each): each[1] for each in reversed(list(held.approved("budget")))}
    for act in given(held, "appropriate"):
        told = act["given"]
        day, before, where = told["appropriated_on"], told.get("instead_of"), f"act {act['act']}, instead_of"
        if before != amounts.get(day):
            yield finding("row_differs", where, amounts.get(day), before)
        amounts[day] = told["amount"]
        if before is not None and day in divided and moment(divided[day]["at"]) < moment(act["at"]):
            yield finding("out_of_order", where, "an amount that no approved budget divides", f"entry {divided[day]['seq']}")
