"""Budget lines, commitments, awards, agreements and orders: what the approved budgets and selections say, and nothing beyond."""

from collections import Counter
from collections.abc import Iterator

from dure.evidence.comparing import compared
from dure.evidence.findings import Finding, finding
from dure.evidence.history.rulebook import day_of
from dure.evidence.holding import Held, Row


def lines(held: Held) -> Iterator[Finding]:
    """Lines are those of the last approved budget; committed and paid are the sums of what was committed and paid."""
    committed: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    line_of = {}
    for each in held.table("commitments"):
        committed[each["line"]] += each["won"]
        line_of[each["reference"]] = each["line"]
    for each in held.table("payments"):
        paid[line_of.get(each["commitment"], "")] += each["won"]
    expected: dict[str, Row] = {}
    for entry, _approval in held.approved("budget"):
        for line in held.document(entry, "recommendation")["envelopes"]:
            expected[line["line"]] = {"line": line["line"], "won": line["won"], "entry": entry["seq"]}
    sums = [{**row, "committed_won": committed[name], "paid_won": paid[name]} for name, row in expected.items()]
    yield from compared("budget_lines", sums, held.table("budget_lines"), key="line")
    for row in held.table("budget_lines"):
        if not row["paid_won"] <= row["committed_won"] <= row["won"]:
            found = f"{row['committed_won']}, of which {row['paid_won']} paid"
            yield finding("beyond_line", f"budget_lines {row['line']}", f"at most {row['won']} committed", found)


def awards(held: Held) -> Iterator[Finding]:
    """Awards are those of the approved selections, with the model of the lot, and within the budget of the call."""
    expected = []
    for entry, approval in held.approved("portfolio"):
        facts = held.document(entry, "facts")
        lots = {(each["id"], lot["id"]): lot for each in facts["proposals"] for lot in each["lots"]}
        expected += [
            {
                **{name: award[name] for name in ("proposal", "lot", "servers", "own_use_servers", "price_won")},
                **{name: lots[award["proposal"], award["lot"]][name] for name in ("gpu_model", "gpus_per_server")},
                "call": entry["subject"], "awarded_on": day_of(held, approval["at"]), "entry": entry["seq"],
            }
            for award in held.document(entry, "recommendation")["awards"]
        ]  # fmt: skip
    yield from compared("awards", expected, held.table("awards"), key="proposal lot")
    spent: Counter[str] = Counter()
    for award in held.table("awards"):
        spent[award["call"]] += award["price_won"]
    for call in held.table("calls"):
        if call["awarded_won"] != spent[call["id"]] or spent[call["id"]] > call["budget_won"]:
            found = f"{call['awarded_won']} awarded"
            yield finding("beyond_budget", f"calls {call['id']}", f"{spent[call['id']]} within {call['budget_won']}", found)


def commitments(held: Held) -> Iterator[Finding]:
    """The commitments of each award come to its price, each on a line, out of the entry that awarded it."""
    sums: Counter[tuple[str, int]] = Counter()
    paid: Counter[str] = Counter()
    for each in held.table("payments"):
        paid[each["commitment"]] += each["won"]
    for each in held.table("commitments"):
        award, _slash, line = each["reference"].rpartition("/")
        sums[award, each["entry"]] += each["won"]
        if line != each["line"]:
            yield finding("row_differs", f"commitments {each['reference']}, line", line, each["line"])
        if paid[each["reference"]] > each["won"]:
            yield finding("beyond_commitment", f"commitments {each['reference']}", each["won"], paid[each["reference"]])
    priced = {(f"{row['call']}/{row['proposal']}/{row['lot']}", row["entry"]): row["price_won"] for row in held.table("awards")}
    for key in sorted({*sums, *priced}):
        if sums[key] != priced.get(key, 0):
            yield finding("row_differs", f"commitments {key[0]}", f"{priced.get(key, 0)} in all, the price", sums[key])
    known = {each["reference"] for each in held.table("commitments")}
    for reference in paid:
        if reference not in known:
            yield finding("row_without_origin", f"payments on {reference}", "a commitment", "none")
