"""What was decided at a stage, in the few words that fit on its tile?"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.wording.numbers import date, gpus, number, percent, won_short
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.rounds.explanation import totals


def brief(filed: Filed) -> str:
    """A few words."""
    return _BRIEFS[filed.decision](filed)


def _evaluation(filed: Filed) -> str:
    ranking = filed.recommendation["ranking"]
    return _("%(passed)s of %(all)s passed") % {
        "passed": number(sum(each["passed"] for each in ranking)),
        "all": number(len(ranking)),
    }


def _portfolio(filed: Filed) -> str:
    made = filed.recommendation
    return _("%(gpus)s, public %(public)s") % {"gpus": gpus(made["gpus"]), "public": number(made["public_gpus"])}


def _shares(filed: Filed) -> str:
    return " / ".join(percent(share, 0) for share in filed.recommendation["shares"].values())


def _allocation(filed: Filed) -> str:
    sums = totals(filed)
    return _("%(granted)s of %(opened)s, %(chosen)s projects") % {
        "granted": number(sums["granted_gpus"]),
        "opened": gpus(sums["opened_gpus"]),
        "chosen": number(sums["chosen"]),
    }


def _metering(filed: Filed) -> str:
    usage = filed.recommendation["usage"]
    held = sum(each["held_gpu_seconds"] for each in usage)
    return _("%(share)s of the time held was used") % {
        "share": percent(Fraction(sum(each["used_gpu_seconds"] for each in usage), held or 1))
    }


def _reclaim(filed: Filed) -> str:
    made = filed.recommendation
    return _("notices %(notices)s, reclaims %(reclaims)s") % {
        "notices": number(sum(each["action"] == "notice" for each in made["proposals"])),
        "reclaims": number(sum(each["action"] == "reclaim" for each in made["proposals"])),
    }


def _outcomes(filed: Filed) -> str:
    return _("%(n)s verified results") % {"n": number(sum(each["counted"] for each in filed.recommendation["sectors"]))}


_BRIEFS: dict[str, Callable[[Filed], str]] = {
    "budget": lambda filed: won_short(filed.recommendation["appropriation_won"]),
    "evaluation": _evaluation,
    "portfolio": _portfolio,
    "buildout": lambda filed: f"P50 {date(filed.recommendation['first_service'].get('p50'))}",
    "demand": lambda filed: _("%(n)s GPUs wanted") % {"n": number(filed.recommendation["total"]["gpus"], 0)},
    "shares": _shares,
    "eligibility": lambda filed: _("%(eligible)s of %(all)s eligible") % {
        "eligible": number(filed.recommendation["eligible"]),
        "all": number(filed.recommendation["eligible"] + filed.recommendation["refused"]),
    },
    "allocation": _allocation,
    "provisioning": lambda filed: _("%(n)s changes") % {"n": number(len(filed.recommendation["changes"]))},
    "metering": _metering,
    "reclaim": _reclaim,
    "burden": lambda filed: _("Users bear %(won)s") % {"won": won_short(filed.recommendation["totals"]["billed_won"])},
    "settlement": lambda filed: _("%(won)s billed") % {"won": won_short(filed.recommendation["totals"]["billed_won"])},
    "outcomes": _outcomes,
}  # fmt: skip


def recorded(stage: str, procurement: Any, supply: Any) -> tuple[str, str]:
    """What the records say of a stage without a decision of its own, and since when; empty where nothing is known."""
    if stage == "call":
        calls = list(procurement.calls())
        if calls and calls[0].awarded_won:  # how many there are is nobody's to know before the award
            bids = procurement.proposals(calls[0]).count()
            return _("%(n)s proposals") % {"n": number(bids)}, date(calls[0].closes_at)
        if calls:
            return _("Open"), date(calls[0].opened_at)
    if stage == "agreement":
        signed = list(procurement.agreements())
        if signed:
            return _("%(n)s agreements") % {"n": number(len(signed))}, date(max(each.signed_on for each in signed))
    if stage == "order":
        servers = supply.servers().count()
        orders = list(supply.orders())
        if orders:
            return _("%(n)s servers registered") % {"n": number(servers)}, date(max(each.ordered_on for each in orders))
    return "", ""
