"""Rows that people's acts make: money in and out, orders, prices, score sheets, keys and roles. Each has its act."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dure.evidence.comparing import compared, instant
from dure.evidence.findings import Finding, finding
from dure.evidence.history.acts import given
from dure.evidence.holding import Held, Row

# Command, part, its key, and by column of the part the field of the command.
ROWS = (
    ("appropriate", "appropriations", "appropriated_on", {"amount": "amount", "appropriated_on": "appropriated_on"}),
    ("pay_commitment", "payments", "reference",
     {"reference": "reference", "commitment": "commitment", "amount": "amount", "paid_on": "paid_on"}),
    ("record_payment", "payments_received", "reference",
     {"reference": "reference", "invoice": "invoice", "amount": "amount", "received_on": "received_on"}),
    ("place_order", "orders", "id",
     {name: name for name in ("id", "agreement", "gpu_model", "servers", "ordered_on")}),
    ("announce_delivery", "deliveries", "id",
     {name: name for name in ("id", "order", "cluster", "servers", "earliest_on", "likely_on", "latest_on")}),
)  # fmt: skip


def rows(held: Held) -> Iterator[Finding]:
    """Parts whose every row is the input of one command."""
    for command, part, key, fields in ROWS:
        expected = [{column: act["given"][field] for column, field in fields.items()} for act in given(held, command)]
        yield from compared(part, expected, held.table(part), key=key)
    came = {act["given"]["delivery"]: act["given"]["actual_on"] for act in given(held, "record_delivery")}
    for row in held.table("deliveries"):
        if row["actual_on"] != came.get(row["id"]):
            yield finding("row_differs", f"deliveries {row['id']}, actual_on", came.get(row["id"]), row["actual_on"])


def prices(held: Held) -> Iterator[Finding]:
    """List prices are those of the books that were issued, each under its number in the order of their issue."""
    books: dict[int, list[Row]] = {}
    for each in held.table("prices"):
        books.setdefault(each.get("book", 0), []).append(each)
    numbers = [each for each in sorted(books) if each]
    expected = [
        {"from_on": act["given"]["from_on"], "gpu_model": model, "price_per_gpu_hour": amount}
        | ({"book": numbers[place] if place < len(numbers) else None} if numbers else {})
        for place, act in enumerate(given(held, "issue_price_book"))
        for model, amount in act["given"]["prices"].items()
    ]
    yield from compared(
        "prices", expected, held.table("prices"), key="book from_on gpu_model" if numbers else "from_on gpu_model"
    )


def sheets(held: Held) -> Iterator[Finding]:
    """Each sheet was handed in, with these points, then; the nth of an evaluator for an item is version n."""
    versions: Counter[tuple[str, str, str]] = Counter()
    locked = {each["id"] for each in held.table("panels")}
    expected = []
    for act in given(held, "submit_score_sheet"):
        sheet = act["given"]
        place = (sheet["panel"], sheet["evaluator"], sheet["item"])
        versions[place] += 1
        if sheet["panel"] in locked:
            expected.append({
                **{name: sheet[name] for name in ("panel", "evaluator", "item", "points")},
                "version": versions[place], "submitted_at": act["at"],
            })  # fmt: skip
    yield from compared("sheets", expected, held.table("sheets"), key="panel evaluator item version")


def keys(held: Held) -> Iterator[Finding]:
    """Each key was registered by its own person, then, and ended by an act."""
    began = {act["about"].removeprefix("key/"): act for act in _of(held, "register_key")}
    ended = {act["about"].removeprefix("key/"): act for act in _of(held, "end_key")}
    rows_ = held.table("keys")
    expected = [
        {"id": key, "person": act["person"], "registered_at": act["at"], "ended_at": ended[key]["at"] if key in ended else None}
        for key, act in began.items()
    ]
    yield from compared("keys", expected, rows_, key="id")


class RoleActs:
    """What acts did to roles: given with its last instant, confirmed, ended, closed with the account, come by an invitation."""

    def __init__(self, held: Held) -> None:
        self.given: dict[tuple[Any, ...], Any] = {}
        self.confirmed, self.ended, self.closed, self.came = (set[tuple[Any, ...]]() for _ in range(4))
        for act in held.table("acts"):
            command, role = act.get("command"), act.get("given", {})
            if command == "give_role":
                until = instant(role["until"]) if role["until"] else None
                self.given[role["person"], role["desk"], role["organisation"], act["at"], act["person"]] = until
            elif command == "confirm_role":
                self.confirmed.add((role["person"], role["desk"], act["at"], act["person"]))
            elif command == "end_role":
                self.ended.add((role["person"], role["desk"], role["organisation"], act["at"]))
            elif command in {"close_account", "confirm_person_merger"}:
                self.closed.add((act["about"].removeprefix("person/"), act["at"]))
            elif command == "accept_invitation":
                self.came.add((act["person"], act["at"]))


def roles(held: Held) -> Iterator[Finding]:
    """Each role was given, confirmed and ended by acts of the people and times that it names."""
    acts = RoleActs(held)
    for role in held.table("roles"):
        where, place = f"roles, {role['person']} at {role['desk']}", (role["person"], role["desk"])
        key = (*place, role["organisation"], role["given_at"], role["given_by"])
        if key in acts.given:
            until = acts.given.pop(key)
            if until != role["until"]:
                yield finding("row_differs", f"{where}, until", until, role["until"])
        elif role["given_by"] is not None and (role["person"], role["given_at"]) not in acts.came:
            yield finding("row_without_origin", where, "an act that gives the role then", role["given_at"])
        yield from _confirmed(acts, role, where)
        ended = (*place, role["organisation"], role["ended_at"]) in acts.ended or (
            role["person"],
            role["ended_at"],
        ) in acts.closed
        if role["ended_at"] not in {None, role["until"]} and not ended:
            yield finding("row_without_origin", f"{where}, ended", "an act that ends it then", role["ended_at"])
    for person, desk, organisation, at, _by in acts.given:
        yield finding("row_is_missing", f"roles, {person} at {desk}", f"a role for {organisation or 'nobody'} from {at}", "none")


def _alone(role: Row) -> bool:
    """Did one person alone let an official's role begin at once?"""
    official = role["desk"] in {"ministry", "agency", "operator", "auditor", "reviewer"} and role["given_by"] is not None
    return official and role["confirmed_by"] is None and role["confirmed_at"] == role["given_at"]


def _confirmed(acts: RoleActs, role: Row, where: str) -> Iterator[Finding]:
    told = (role["person"], role["desk"], role["confirmed_at"], role["confirmed_by"])
    if role["confirmed_by"] is not None and told not in acts.confirmed:
        yield finding("row_without_origin", f"{where}, confirmed", "an act that confirms it then", role["confirmed_at"])
    if role["alone"] != _alone(role):
        yield finding("row_differs", f"{where}, alone", _alone(role), role["alone"])
    if role["confirmed_by"] is None and role["confirmed_at"] not in {None, role["given_at"]}:
        yield finding("row_differs", f"{where}, confirmed_at", role["given_at"], role["confirmed_at"])


def _of(held: Held, command: str) -> list[Row]:
    return [act for act in held.table("acts") if act.get("command") == command]
