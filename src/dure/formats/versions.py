"""How files of earlier versions are read: every decision's formats have a version, and each step up has its upgrade.

A change that older files cannot satisfy adds one `Step` to the decision's list. The step gives an older document what the
newer format asks for, so that whatever was filed before stays readable and verifies for ever; its bytes stay as they were.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from dure.formats.earlier import eligibility
from dure.formats.earlier.burden import bill_renamed, reasons_renamed, tabulated
from dure.formats.errors import BadInput

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


def same(document: dict[str, Any]) -> dict[str, Any]:
    """The document as it is."""
    return document


def adding(**fields: Any) -> Upgrade:
    """Gives a document fields that it did not have, with the values that say what used to go without saying."""
    return lambda document: {**fields, **document}


def renaming(names: Mapping[str, str], *, ids: Collection[str] = ()) -> Upgrade:
    """Gives fields the names they have now, at every depth; the keys of a map named in `ids` are ids, and stay.

    Rules that are named as they were read, `topic/field`, follow their fields.
    """

    def renamed(value: Any, *, by_id: bool = False) -> Any:
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if not isinstance(value, dict):
            return value
        known = {} if by_id else names
        document = {known.get(key, key): renamed(inner, by_id=key in ids) for key, inner in value.items()}
        if not by_id and isinstance(rule := document.get("rule"), str):
            topic, mark, field = rule.rpartition("/")
            document["rule"] = f"{topic}{mark}{names.get(field, field)}"
        return document

    return renamed


class Step(NamedTuple):
    """From one version of a decision's formats to the next, part by part."""

    facts: Upgrade = same
    rules: Upgrade = same
    recommendation: Upgrade = same


# Until December 2026 amounts of money were named after one currency.
AMOUNTS = {
    **{
        f"{name}_won": f"{name}_amount"
        for name in (
            "appropriation", "asked", "awarded", "billed", "billed_before", "budget", "clawback", "committed", "corrected",
            "deducted", "difference", "due", "fee", "for_missing", "for_own_use", "left", "list", "paid", "payable", "price",
            "provider_room", "rebilled", "remaining", "revenue", "reversed", "room", "spent", "support", "support_difference",
        )
    },
    "won": "amount",
    "won_per_gpu": "amount_per_gpu",
    "won_per_gpu_hour": "price_per_gpu_hour",
    "limit_won_per_gpu_hour": "limit_price_per_gpu_hour",
    "would_pay_won_per_gpu_hour": "would_pay_per_gpu_hour",
    "revenue_won_per_hour": "revenue_amount_per_hour",
    "next_billion_won_buys": "next_billion_buys",
    "rounding_unit_won": "rounding_unit",
    "revenue_unit_won": "revenue_unit",
}  # fmt: skip
_MAPS = (
    "exact", "gpu_models", "highest_rates", "line_weights", "lowest_rates", "points", "price_book", "rates", "share_margins",
    "shares", "value", "won_per_gpu_hour",
)  # fmt: skip
amounts_named_as_now = renaming(AMOUNTS, ids=_MAPS)  # also for what was stated and handed in then, which bears no version


# Until December 2026 a name or title was one field in the programme's first language and, of most things, one in English.
_IN_TWO = {"name_ko": ("name", ""), "name_en": ("name", "en"), "title_ko": ("title", ""), "title_en": ("title", "en")}


def heading_as_now(field: str, *, first: str) -> str:
    """What a column of a table of commands is called now, FIELD.LANGUAGE; `first`: the programme's first language."""
    name, language = _IN_TWO.get(field, (field, ""))
    return f"{name}.{language or first}" if field in _IN_TWO else field


def said_by_language(document: Mapping[str, Any], *, first: str) -> dict[str, Any]:
    """What was handed in, or is read from a table, with its names and titles as texts by language. What is blank is not said."""
    made: dict[str, Any] = {field: value for field, value in document.items() if field not in _IN_TWO}
    for field in [each for each in reversed(_IN_TWO) if document.get(each)]:  # where English is the first, that one counts
        name, language = _IN_TWO[field]
        if isinstance(whole := made.get(name, {}), dict):
            made[name] = {**whole, language or first: document[field]}
        else:  # said twice over: it is refused as it stands
            made[field] = document[field]
    return made


def _settlement_facts(document: dict[str, Any]) -> dict[str, Any]:
    """Until then days of payment were those of one zone without saying so."""
    return {"zone": "+09:00", **amounts_named_as_now(document)}


_BY_AMOUNT = Step(facts=amounts_named_as_now, rules=amounts_named_as_now, recommendation=amounts_named_as_now)
_BY_TABLES = Step(facts=reasons_renamed, rules=tabulated, recommendation=reasons_renamed)
_BILL_BY_TABLES = _BY_TABLES._replace(recommendation=bill_renamed)
# By decision: the nth step takes version n to n + 1.
STEPS: dict[str, tuple[Step, ...]] = {
    "budget": (_BY_AMOUNT,),
    "burden": (_BY_AMOUNT, _BY_TABLES),
    "demand": (_BY_AMOUNT,),
    "eligibility": (Step(rules=eligibility.tabulated),),
    "evaluation": (Step(rules=adding(method="panel", application_method="panel")),),  # until then there was no other
    "outcomes": (_BY_AMOUNT,),
    "portfolio": (_BY_AMOUNT,),
    "settlement": (Step(_settlement_facts, amounts_named_as_now, amounts_named_as_now), _BILL_BY_TABLES),
}


def version_of(decision: str) -> int:
    """The version in which that decision's files are written now."""
    return 1 + len(STEPS.get(decision, ()))


def upgraded(decision: str, part: str, document: Any, *, version: int, where: str) -> Any:
    """A plain document of that version as the current version has it; raises `BadInput` for a version that is not known."""
    now = version_of(decision)
    if not isinstance(version, int) or not 1 <= version <= now:
        raise BadInput(
            f"is of version {version!r}; versions 1 to {now} are known.",
            where=where,
            todo="Use a newer dure, or correct the version.",
            code="unknown_version",
        )
    for step in STEPS.get(decision, ())[version - 1 :]:
        document = getattr(step, part)(document)
    return {**document, "version": now} if part == "facts" and isinstance(document, dict) else document
