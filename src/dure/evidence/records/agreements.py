"""Are agreements about what was awarded, on the terms that were signed, and orders within them?"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from dure.evidence.findings import Finding, finding
from dure.evidence.history.acts import given
from dure.evidence.history.rulebook import value_on
from dure.evidence.holding import Held, Row


def agreements(held: Held) -> Iterator[Finding]:
    """Each agreement covers awards of its provider, each award once, on terms as signed; orders stay within it."""
    proposals = {each["id"]: each["provider"] for each in held.table("proposals")}
    signed = {each["id"]: each for each in held.table("agreements")}
    awarded = {(each["proposal"], each["lot"]): each for each in held.table("awards")}
    covered: Counter[tuple[str, str]] = Counter()
    servers: Counter[tuple[str, str]] = Counter()
    for each in held.table("agreed_awards"):
        where, award = f"agreed_awards {each['agreement']} {each['lot']}", awarded.get((each["proposal"], each["lot"]))
        covered[each["proposal"], each["lot"]] += 1
        agreement = signed.get(each["agreement"])
        if award is None or agreement is None or covered[each["proposal"], each["lot"]] > 1:
            yield finding("row_without_origin", where, "an award and an agreement, once", "none, or another before")
            continue
        if (agreement["provider"], agreement["call"]) != (proposals.get(each["proposal"]), award["call"]):
            yield finding("other_provider", where, f"{proposals.get(each['proposal'])} in {award['call']}", agreement["provider"])
        servers[each["agreement"], award["gpu_model"]] += award["servers"]
    for order in held.table("orders"):
        servers[order["agreement"], order["gpu_model"]] -= order["servers"]
        if servers[order["agreement"], order["gpu_model"]] < 0:
            yield finding(
                "beyond_agreement", f"orders {order['id']}", "orders within the awards of the agreement", order["servers"]
            )
    for agreement in set(signed) - {each["agreement"] for each in held.table("agreed_awards")}:
        yield finding("row_without_origin", f"agreements {agreement}", "an award that it is about", "none")


def terms(held: Held) -> Iterator[Finding]:
    """The first version of an agreement is as it was signed, for the published number of months; each later one was amended."""
    signed = {each["id"]: each for each in held.table("agreements")}
    acts = {(act["given"]["call"], act["given"]["signed_on"]): act for act in given(held, "sign_agreements")}
    for each in signed.values():
        if (each["call"], each["signed_on"]) not in acts:
            yield finding("row_without_origin", f"agreements {each['id']}", "an act that signs it", each["signed_on"])
    amended = Counter(
        act["about"].removeprefix("agreement/") for act in held.table("acts") if act.get("command") == "amend_agreement"
    )
    shares = _own_use(held)
    for version in held.table("agreement_versions"):
        where = f"agreement_versions {version['agreement']} {version['version']}"
        agreement = signed.get(version["agreement"])
        if agreement is None:
            yield finding("row_without_origin", where, "an agreement", "none")
        act = acts.get((agreement["call"], agreement["signed_on"])) if agreement else None
        if version["version"] > 1:
            amended[version["agreement"]] -= 1
            if amended[version["agreement"]] < 0:
                yield finding("row_without_origin", where, "an act that amends it", "none")
        elif act is not None:
            yield from _as_signed(held, version, act, shares, where)
    for agreement_id, left in amended.items():
        if left > 0:
            yield finding("row_is_missing", f"agreement_versions {agreement_id}", f"{left} more, as amended", "none")


def _as_signed(held: Held, version: Row, act: Row, shares: dict[str, Fraction], where: str) -> Iterator[Finding]:
    told = act["given"]
    months = int(value_on(held, "programme/agreement_months", f"{told['signed_on']}T12:00:00+00:00") or 0)
    due = {name: told[name] for name in ("starts_on", "owner", "user_right")}
    due |= {"ends_on": _later(told["starts_on"], months), "agreed_on": told["signed_on"]}
    for name, value in due.items():
        if version[name] != value:
            yield finding("row_differs", f"{where}, {name}", value, version[name])
    share = shares.get(version["agreement"], Fraction(0))
    if abs(Fraction(version["own_use_share"]) - share) > Fraction(1, 2_000_000):  # written with six decimals
        yield finding("row_differs", f"{where}, own_use_share", share, version["own_use_share"])


def _own_use(held: Held) -> dict[str, Fraction]:
    """By agreement, the part of its servers that the provider may use itself."""
    own, whole = Counter[str](), Counter[str]()
    lots = {(each["proposal"], each["lot"]): each for each in held.table("awards")}
    for each in held.table("agreed_awards"):
        own[each["agreement"]] += lots[each["proposal"], each["lot"]]["own_use_servers"]
        whole[each["agreement"]] += lots[each["proposal"], each["lot"]]["servers"]
    return {agreement: Fraction(own[agreement], servers) for agreement, servers in whole.items() if servers}


def _later(day: str, months: int) -> str:
    """The first day of the month so many months on."""
    start = dt.date.fromisoformat(day)
    whole = start.year * 12 + start.month - 1 + months
    return dt.date(whole // 12, whole % 12 + 1, 1).isoformat()
