"""Budget lines, commitments, awards, agreements and orders: what the approved budgets and selections say, and nothing beyond."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dure.evidence.comparing import compared, moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.money import divided_by, paying
from dure.evidence.history.rulebook import day_of
from dure.evidence.holding import Held, Row


def lines(held: Held) -> Iterator[Finding]:
    """Lines are those of each appropriation's last approved budget; what they committed and paid adds up."""
    committed: Counter[tuple[str, str]] = Counter()
    paid: Counter[tuple[str, str]] = Counter()
    line_of = {}
    for each in held.table("commitments"):
        line_of[each["reference"]] = line = (each["appropriated_on"], each["line"])
        committed[line] += each["amount"]
    for each in held.table("payments"):
        paid[line_of.get(each["commitment"], ("", ""))] += each["amount"]
    expected: dict[tuple[str, str], Row] = {}
    for entry, approval in held.approved("budget"):
        day = divided_by(held, entry, approval)
        for each in held.document(entry, "recommendation")["envelopes"]:
            row = {"appropriated_on": day, "line": each["line"], "amount": each["amount"], "entry": entry["seq"]}
            expected[day, each["line"]] = row
    sums = [{**row, "committed_amount": committed[key], "paid_amount": paid[key]} for key, row in expected.items()]
    yield from compared("budget_lines", sums, held.table("budget_lines"), key="appropriated_on line")
    for row in held.table("budget_lines"):
        if not row["paid_amount"] <= row["committed_amount"] <= row["amount"]:
            found = f"{row['committed_amount']}, of which {row['paid_amount']} paid"
            yield finding("beyond_line", f"budget_lines {row['line']}", f"at most {row['amount']} committed", found)


def awards(held: Held) -> Iterator[Finding]:
    """Awards are those of the approved selections, with the model of the lot, and within the budget of the call."""
    expected = []
    for entry, approval in held.approved("portfolio"):
        facts = held.document(entry, "facts")
        lots = {(each["id"], lot["id"]): lot for each in facts["proposals"] for lot in each["lots"]}
        expected += [
            {
                **{name: award[name] for name in ("proposal", "lot", "servers", "own_use_servers", "price_amount")},
                **{name: lots[award["proposal"], award["lot"]][name] for name in ("gpu_model", "gpus_per_server")},
                "call": entry["subject"], "awarded_on": day_of(held, approval["at"]), "entry": entry["seq"],
            }
            for award in held.document(entry, "recommendation")["awards"]
        ]  # fmt: skip
    yield from compared("awards", expected, held.table("awards"), key="proposal lot")
    spent: Counter[str] = Counter()
    for award in held.table("awards"):
        spent[award["call"]] += award["price_amount"]
    for call in held.table("calls"):
        if call["awarded_amount"] != spent[call["id"]] or spent[call["id"]] > call["budget_amount"]:
            found = f"{call['awarded_amount']} awarded"
            yield finding("beyond_budget", f"calls {call['id']}", f"{spent[call['id']]} within {call['budget_amount']}", found)


def proposals(held: Held) -> Iterator[Finding]:
    """Proposals that were selected from are of that call; those of a provider for a call are numbered as they came."""
    of = {
        each["id"]: entry["subject"]
        for entry, _approval in held.approved("portfolio")
        for each in held.document(entry, "facts")["proposals"]
    }
    came: Counter[tuple[str, str]] = Counter()
    for row in sorted(held.table("proposals"), key=lambda row: (moment(row["submitted_at"]), row["version"])):
        came[row["call"], row["provider"]] += 1
        if of.get(row["id"], row["call"]) != row["call"]:
            yield finding("row_differs", f"proposals {row['id']}, call", of[row["id"]], row["call"])
        if row["version"] != came[row["call"], row["provider"]]:
            yield finding("row_differs", f"proposals {row['id']}, version", came[row["call"], row["provider"]], row["version"])


def commitments(held: Held) -> Iterator[Finding]:
    """The commitments of each award come to its price and its GPUs, each on a line, by the entry that awarded it, on that day."""
    pays = _paying(held)
    days = {entry["seq"]: str(day_of(held, approval["at"])) for entry, approval in held.approved("portfolio")}
    for each in held.table("commitments"):
        where = f"commitments {each['reference']}"
        line, day = each["reference"].rpartition("/")[2], days.get(each["entry"], "the day of a selection")
        if line != each["line"]:
            yield finding("row_differs", f"{where}, line", line, each["line"])
        paid_from = pays.get(each["entry"], "the appropriation of its call")
        if each["appropriated_on"] != paid_from:
            yield finding("row_differs", f"{where}, appropriated_on", paid_from, each["appropriated_on"])
        if each["committed_on"] != day:
            yield finding("row_differs", f"{where}, committed_on", day, each["committed_on"])
    yield from _in_all(held)
    yield from _paid(held)


def _paying(held: Held) -> dict[int, str]:
    """By selection the day of the appropriation that pays its call."""
    calls = {call["id"]: call for call in held.table("calls")}
    return {
        entry["seq"]: paying(held, calls[entry["subject"]], approval["at"])
        for entry, approval in held.approved("portfolio")
        if entry["subject"] in calls
    }


def _in_all(held: Held) -> Iterator[Finding]:
    """Of each award the price and the GPUs."""
    sums: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for each in held.table("commitments"):
        sums[each["reference"].rpartition("/")[0], each["entry"]].update({name: each[name] for name in ("amount", "gpus")})
    awarded = {
        (f"{row['call']}/{row['proposal']}/{row['lot']}", row["entry"]): {
            "amount": row["price_amount"], "gpus": row["servers"] * row["gpus_per_server"]
        }
        for row in held.table("awards")
    }  # fmt: skip
    for key in sorted({*sums, *awarded}):
        for name, expected in awarded.get(key, {"amount": 0, "gpus": 0}).items():
            if sums[key][name] != expected:
                yield finding("row_differs", f"commitments {key[0]}, {name}", f"{expected} in all, as awarded", sums[key][name])


def _paid(held: Held) -> Iterator[Finding]:
    """On each commitment no more than it promised, and on nothing else."""
    promised = {each["reference"]: each["amount"] for each in held.table("commitments")}
    paid: Counter[str] = Counter()
    for each in held.table("payments"):
        paid[each["commitment"]] += each["amount"]
    for reference, amount in paid.items():
        if reference not in promised:
            yield finding("row_without_origin", f"payments on {reference}", "a commitment", "none")
        elif amount > promised[reference]:
            yield finding("beyond_commitment", f"commitments {reference}", promised[reference], amount)
