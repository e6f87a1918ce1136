"""What the records say of a stage, in the few words that fit on its tile; empty where they hold nothing yet."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from dure.cycle.stem.periods import outermost
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import date, gpus, money_short, number, percent
from dure.portal.subjects.calls.opened import open_calls
from dure.portal.subjects.rounds.summary import again
from dure.records import summary


def figures() -> dict[str, Any]:
    """The figures of all stages, read once."""
    return summary.of_programme(book().programme)


def brief(stage: str, found: dict[str, Any]) -> str:
    """A few words, from the figures of all stages."""
    return _BRIEFS[stage](found)


def _counted(found: dict[str, Any], key: str, text: str) -> str:
    return text % {"n": number(found[key])} if found[key] else ""


def _budget(found: dict[str, Any]) -> str:
    return money_short(found["appropriated"]) if found["appropriated"] else ""


def _open(found: dict[str, Any], stage: str, recorded: str) -> str:
    """The first deadline of the calls that are open at that stage, before what the records hold else."""
    listed = open_calls(found, stage=stage)
    return "; ".join(filter(None, (_("Open until %(day)s") % {"day": date(listed[0].closes_at)} if listed else "", recorded)))


def _call(found: dict[str, Any]) -> str:
    return _open(found, "call", _proposals(found))


def _proposals(found: dict[str, Any]) -> str:
    if found["calls_awarded"]:  # how many proposals there are is nobody's to know before the award
        return _("%(n)s proposals") % {"n": number(found["proposals"])}
    return _("Being judged") if found["calls"] and not open_calls(found, stage="call") else ""


def _evaluation(found: dict[str, Any]) -> str:
    if not found["proposals_ranked"]:
        return ""
    return _("%(passed)s of %(all)s passed") % {
        "passed": number(found["proposals_passed"]), "all": number(found["proposals_ranked"])
    }  # fmt: skip


def _portfolio(found: dict[str, Any]) -> str:
    if not found["awarded_gpus"]:
        return ""
    return _("%(gpus)s, public %(public)s") % {"gpus": gpus(found["awarded_gpus"]), "public": number(found["public_gpus"])}


def _buildout(found: dict[str, Any]) -> str:
    return f"P50 {date(found['first_service'])}" if found["first_service"] else ""


def _order(found: dict[str, Any]) -> str:
    """Registered by serial number is not delivered: the two are told apart."""
    said = _counted(found, "servers", _("%(n)s servers registered by serial number"))
    if not found["servers_announced"]:
        return said
    came = _("%(came)s of %(announced)s announced have been delivered") % {
        "came": number(found["servers_delivered"] or 0), "announced": number(found["servers_announced"])
    }  # fmt: skip
    return "; ".join(filter(None, (said, came)))


def _survey(found: dict[str, Any]) -> str:
    surveys = found["surveys"] or ()
    wanted = [_("%(n)s GPUs wanted") % {"n": number(each["gpus"], 0)} for each in surveys]
    if len(surveys) < 2:
        return "".join(wanted)
    return "; ".join(f"{in_language(each['title'])}: {n}" for each, n in zip(surveys, wanted, strict=True))


def _application(found: dict[str, Any]) -> str:
    return _open(found, "application", _eligible(found))


def _eligible(found: dict[str, Any]) -> str:
    if not found["checked"]:
        return _counted(found, "applications", _("%(n)s applications"))
    return _("%(eligible)s of %(all)s eligible") % {"eligible": number(found["eligible"]), "all": number(found["checked"])}


def _allocation(found: dict[str, Any]) -> str:
    if not found["granted_applications"]:
        return ""
    said = _("%(servers)s servers to %(chosen)s projects") % {
        "servers": number(found["granted_servers"]), "chosen": number(found["granted_applications"])
    }  # fmt: skip
    return "; ".join(filter(None, (said, again(found["granted_again"]))))


def _metering(found: dict[str, Any]) -> str:
    if not found["held_gpu_seconds"]:
        return ""
    used = f"{found['used_gpu_seconds']}/{found['held_gpu_seconds']}"
    return _("%(share)s of the time held was used") % {"share": percent(used)}


def _outcomes(found: dict[str, Any]) -> str:
    """Results of all periods; those of a month are not counted again beside those of its year."""
    counted = found["verified_results"] or {}
    total = sum(counted[each] for each in outermost(counted))
    return _("%(n)s verified results") % {"n": number(total)} if total else ""


def _rebalancing(found: dict[str, Any]) -> str:
    if not found["notices"] and not found["reclaimed"]:
        return ""
    return _("notices %(notices)s, reclaims %(reclaims)s") % {
        "notices": number(found["notices"]), "reclaims": number(found["reclaimed"])
    }  # fmt: skip


_BRIEFS: dict[str, Callable[[dict[str, Any]], str]] = {
    "budget": _budget,
    "call": _call,
    "evaluation": _evaluation,
    "portfolio": _portfolio,
    "agreement": lambda found: _counted(found, "agreements", _("%(n)s agreements")),
    "order": _order,
    "buildout": _buildout,
    "survey": _survey,
    "shares": lambda found: " / ".join(percent(share, 0) for share in found["shares"] or ()),
    "application": _application,
    "allocation": _allocation,
    "provisioning": lambda found: _counted(found, "changes", _("%(n)s changes")),
    "metering": _metering,
    "settlement": lambda found: _("%(amount)s billed") % {"amount": money_short(found["billed"])} if found["invoices"] else "",
    "outcomes": _outcomes,
    "rebalancing": _rebalancing,
}
