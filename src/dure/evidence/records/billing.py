"""Are invoices, reversals, clawbacks and statements the approved settlements, and are payments within what was billed?"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from dure.evidence.comparing import amount, compared, instant
from dure.evidence.findings import Finding, finding
from dure.evidence.history.links import lease_of
from dure.evidence.history.rulebook import day_of
from dure.evidence.holding import Held, Row

SUMS = ("list_amount", "billed_amount", "support_amount")
LINE = "invoice lease from list_amount"


def invoices(held: Held) -> Iterator[Finding]:
    """Each invoice with its sums, days and lines; a corrected line is taken back exactly, and the one in its place follows."""
    due: dict[str, Row] = {}
    lines: list[Row] = []
    counting: dict[tuple[str, str, str], Row] = {}
    for entry, approval in held.approved("settlement"):
        lines += _issued(held, entry, approval, due, counting)
    yield from compared("invoices", due.values(), held.table("invoices"), key="id")
    found = [
        {**row, "lease": lease_of(row), "gpu_hours": amount(row["gpu_hours"]), "rate": amount(row["rate"])}
        for row in held.table("invoice_lines")
    ]
    yield from compared("invoice_lines", lines, found, key=LINE)
    yield from _reversals(held)
    yield from _paid(held)


def _issued(held: Held, entry: Row, approval: Row, due: dict[str, Row], counting: dict[tuple[str, str, str], Row]) -> list[Row]:
    """The lines of one settlement; adds its invoices to `due`, and keeps `counting` by payer, lease and time."""
    made, facts, rules = (held.document(entry, name) for name in ("recommendation", "facts", "rules"))
    issued = day_of(held, approval["at"])
    new: dict[str, list[Any]] = defaultdict(list)
    back: dict[str, list[Row]] = defaultdict(list)
    for each in made["invoices"]:
        new[each["organisation"]] += each["lines"]
    for each in made["corrections"]:
        wrong = counting.pop((each["organisation"], each["lease"], instant(each["from"])), None)
        back[each["organisation"]] += [wrong] if wrong else []
        new[each["organisation"]] += [each["line"]] if each["line"] else []
    instants = [instant(each[name]) for each in facts["usage"] for name in ("from", "to")]
    listed: list[Row] = []
    for payer in sorted({*new, *back}) if instants else ():
        invoice = f"{issued}/{entry['seq']}/{payer}"
        mine = [_line(invoice, each) for each in new[payer]]
        for line in mine:
            counting[payer, line["lease"], line["from"]] = line
        mine += [_negated(invoice, line) for line in back[payer]]
        due[invoice] = {
            "id": invoice, "organisation": payer, "from": min(instants), "to": max(instants), "entry": entry["seq"],
            "usage_digest": made["usage_digest"],
            **{name: sum(line[name] for line in mine) for name in SUMS}, "issued_on": issued,
            "due_on": (dt.date.fromisoformat(issued) + dt.timedelta(days=rules["payment_days"])).isoformat(),
        }  # fmt: skip
        listed += mine
    return listed


def _line(invoice: str, each: Any) -> Row:
    return {
        "invoice": invoice, "lease": each["lease"], "model": each["model"],
        "from": instant(each["from"]), "to": instant(each["to"]),
        "gpu_hours": amount(each["gpu_hours"]), "rate": amount(each["rate"]), **{name: each[name] for name in SUMS},
    }  # fmt: skip


def _negated(invoice: str, line: Row) -> Row:
    hours = line["gpu_hours"]
    return {
        **line, "invoice": invoice, "gpu_hours": amount(hours if hours == "0" else f"-{hours}"),
        **{name: -line[name] for name in SUMS},
    }  # fmt: skip


def _reversals(held: Held) -> Iterator[Finding]:
    """A reversal names the line that it takes back, and neither of the two counts."""
    lines = {each["id"]: each for each in held.table("invoice_lines")}
    reversed_ = {each["reverses"] for each in lines.values() if each["reverses"] is not None}
    for each in lines.values():
        where = f"invoice_lines {each['id']}"
        if each["counts"] != (each["reverses"] is None and each["id"] not in reversed_):
            yield finding("row_differs", f"{where}, counts", not each["counts"], each["counts"])
        taken = lines.get(each["reverses"]) if each["reverses"] is not None else None
        if each["reverses"] is not None and (taken is None or any(taken[name] != -each[name] for name in SUMS)):
            yield finding("row_differs", where, "the exact reversal of an earlier line", taken)


def _paid(held: Held) -> Iterator[Finding]:
    paid: Counter[str] = Counter()
    for each in held.table("payments_received"):
        paid[each["invoice"]] += each["amount"]
    billed = {each["id"]: each["billed_amount"] for each in held.table("invoices")}
    for invoice, received in paid.items():
        if not 0 <= received <= max(0, billed.get(invoice, 0)):
            yield finding("beyond_invoice", f"payments_received on {invoice}", f"0 to {billed.get(invoice, 0)}", received)


def others(held: Held) -> Iterator[Finding]:
    """Clawbacks by grant, statements by provider, and the rates in force."""
    back: Counter[tuple[str, int]] = Counter()
    statements, rates = [], []
    for entry, _approval in held.approved("settlement"):
        made = held.document(entry, "recommendation")
        for each in made["clawbacks"]:
            back[each["lease"].partition("#")[0], entry["seq"]] += each["amount"]
        statements += [
            {
                **{name: each[name] for name in ("provider", "fee_amount", "deducted_amount", "payable_amount")},
                "entry": entry["seq"],
            }
            for each in made["providers"]
        ]
    for entry, approval in held.approved("burden"):
        made = held.document(entry, "recommendation")
        rates.append({
            "subject": entry["subject"], "approved_on": day_of(held, approval["at"]), "entry": entry["seq"],
            "rates": {each["organisation"]: each["rate"] for each in made["rates"]},
            **{name: made["totals"][name] for name in SUMS},
        })  # fmt: skip
    clawbacks = [{"grant": grant, "amount": owed, "entry": seq} for (grant, seq), owed in back.items() if owed]
    yield from compared("clawbacks", clawbacks, held.table("clawbacks"), key="grant entry")
    yield from compared("provider_statements", statements, held.table("provider_statements"), key="provider entry")
    yield from compared("burden_schedules", rates, held.table("burden_schedules"), key="entry")
