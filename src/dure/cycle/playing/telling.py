"""What a run says of each stage: the figures of the decisions that were filed there, in the reader's language."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop

from dure.cycle.playing.play import Filed, Line
from dure.formats.folder.manifest import Currency
from dure.rules.folder import Folder

Made = Mapping[str, Any]
Figures = Callable[[Made, Folder], dict[str, str]]


def told(line: Line, folder: Folder) -> tuple[str, str]:
    """A stage in two lines: what was decided, and by how much work."""
    by_decision: dict[str, list[Filed]] = {}
    for each in line.filed:
        by_decision.setdefault(each.decision, []).append(each)
    decided = "; ".join(_sentence(name, filed, folder) for name, filed in by_decision.items() if name in SENTENCES)
    work = [gettext("commands: %(n)s") % {"n": f"{line.acts:,}"}]
    if line.filed:
        work.append(gettext("every decision checked"))
    if line.expected:
        work.append(gettext("figures as expected: %(n)s") % {"n": line.expected})
    return decided or work[0], ", ".join(work)


def _sentence(name: str, filed: Sequence[Filed], folder: Folder) -> str:
    """Of several decisions of one name the last is told; of provisioning, which is filed for each pool, all together."""
    said, figures = SENTENCES[name]
    if name == "provisioning":
        changes = [change for each in filed for change in each.recommendation["changes"]]
        return gettext(said) % figures({"changes": changes}, folder)
    return gettext(said) % figures(filed[-1].recommendation, folder)


def _amount(value: int, currency: Currency) -> str:
    """With the currency's code, rounded to whole millions of its unit where it is that large."""
    whole = Fraction(value, 10**currency.digits)
    if whole >= 10**9:
        return f"{currency.code} {round(whole / 10**6):,} M"
    return f"{currency.code} {round(whole):,}"


def _parts(shares: Mapping[str, str], folder: Folder) -> str:
    language, names = get_language() or "", folder.vocabulary.sectors
    return ", ".join(f"{names.get(each, {}).get(language, each)} {float(share):.1%}" for each, share in shares.items())


def _budget(made: Made, folder: Folder) -> dict[str, str]:
    envelopes, currency = made["envelopes"], folder.manifest.currency
    return {"n": str(len(envelopes)), "amount": _amount(sum(each["amount"] for each in envelopes), currency)}


def _ranking(made: Made, _folder: Folder) -> dict[str, str]:
    ranking = made["ranking"]
    return {"n": f"{len(ranking):,}", "passed": f"{sum(bool(each['passed']) for each in ranking):,}"}


def _portfolio(made: Made, folder: Folder) -> dict[str, str]:
    figures = {key: f"{made[key]:,}" for key in ("gpus", "public_gpus", "own_use_gpus")}
    return {**figures, "amount": _amount(made["spent_amount"], folder.manifest.currency)}


def _buildout(made: Made, _folder: Folder) -> dict[str, str]:
    return {key: str(made["first_service"][key]) for key in ("p50", "p90", "promised")}


def _demand(made: Made, _folder: Folder) -> dict[str, str]:
    figures = {key: f"{float(made['total'][key]):,.0f}" for key in ("gpus", "low", "high")}
    return {**figures, "rate": f"{float(made['response_rate']):.0%}"}


def _shares(made: Made, folder: Folder) -> dict[str, str]:
    return {"shares": _parts(made["shares"], folder)}


def _eligibility(made: Made, _folder: Folder) -> dict[str, str]:
    return {"eligible": f"{made['eligible']:,}", "refused": f"{made['refused']:,}"}


def _allocation(made: Made, _folder: Folder) -> dict[str, str]:
    return {
        "n": f"{len(made['grants']):,}",
        "servers": f"{sum(len(each['servers']) for each in made['grants']):,}",
        "gap": f"{float(made['gap']):.2%}",
    }


def _provisioning(made: Made, _folder: Folder) -> dict[str, str]:
    return {"n": f"{len(made['changes']):,}"}


def _metering(made: Made, _folder: Folder) -> dict[str, str]:
    usage = made["usage"]
    held, used = (sum(each[name] for each in usage) for name in ("held_gpu_seconds", "used_gpu_seconds"))
    hours = sum((Fraction(each["gpu_hours"]) for each in usage), Fraction())
    return {"hours": f"{round(hours):,}", "used": f"{used / max(held, 1):.1%}", "n": f"{len(made['differences']):,}"}


def _billed(made: Made, folder: Folder) -> dict[str, str]:
    figures = {
        name: _amount(made["totals"][f"{name}_amount"], folder.manifest.currency) for name in ("list", "billed", "support")
    }
    return {"n": f"{len(made['invoices']):,}", **figures}


def _outcomes(made: Made, _folder: Folder) -> dict[str, str]:
    return {name: f"{sum(each[name] for each in made['sectors']):,}" for name in ("counted", "reports_missing")}


def _reclaim(made: Made, _folder: Folder) -> dict[str, str]:
    kinds = Counter(each["action"] for each in made["proposals"])
    return {
        **{name: f"{kinds[name]:,}" for name in ("notice", "reclaim", "wait_for_appeal")},
        "regrants": f"{len(made['regrants']):,}",
    }


_ORDER = gettext_noop("%(n)s ranked, %(passed)s passed")
_SHARES = gettext_noop("shares %(shares)s")
_BILLED = gettext_noop("invoices: %(n)s; list price %(list)s = billed %(billed)s + support %(support)s")
SENTENCES: Mapping[str, tuple[str, Figures]] = {
    "budget": (gettext_noop("%(amount)s on %(n)s budget lines"), _budget),
    "evaluation": (_ORDER, _ranking),
    "ranking": (_ORDER, _ranking),
    "portfolio": (gettext_noop("%(gpus)s GPUs = %(public_gpus)s public + %(own_use_gpus)s for own use, %(amount)s"), _portfolio),
    "buildout": (gettext_noop("first service P50 %(p50)s, P90 %(p90)s, promised %(promised)s"), _buildout),
    "demand": (gettext_noop("demand %(gpus)s GPUs (%(low)s to %(high)s), response rate %(rate)s"), _demand),
    "shares": (_SHARES, _shares),
    "eligibility": (gettext_noop("%(eligible)s eligible, %(refused)s refused with reasons"), _eligibility),
    "allocation": (gettext_noop("grants: %(n)s, of %(servers)s servers; at most %(gap)s below the best"), _allocation),
    "provisioning": (gettext_noop("changes planned: %(n)s"), _provisioning),
    "metering": (gettext_noop("%(hours)s GPU-hours, utilisation %(used)s, differences shown: %(n)s"), _metering),
    "burden": (_BILLED, _billed),
    "settlement": (_BILLED, _billed),
    "outcomes": (gettext_noop("results counted: %(counted)s, reports missing: %(reports_missing)s"), _outcomes),
    "reclaim": (
        gettext_noop(
            "notices: %(notice)s, reclaimed: %(reclaim)s, waiting for an appeal: %(wait_for_appeal)s, granted again: %(regrants)s"
        ),
        _reclaim,
    ),
    "new_shares": (_SHARES, _shares),
}
