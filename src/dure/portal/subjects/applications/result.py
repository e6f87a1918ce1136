"""What became of an application, in one sentence with its reason: the same on every page that says it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.wording.numbers import long_date, number
from dure.portal.kit.wording.words import of_count
from dure.portal.subjects.applications.explanation import rule_name
from dure.portal.subjects.decisions.reasons import said_of

REDUCED = "fewer_servers_than_asked"  # the one reason of an application that got something


def withdrawn(application: Any) -> tuple[str, str] | None:
    """That it was withdrawn, and when; nothing where it was not."""
    at = application.withdrawn_at
    return (_("It was withdrawn on %(day)s and counts no more.") % {"day": long_date(at)}, "") if at else None


def answer(outcome: Any, ranked: Any, reasons: Sequence[Any], granted: int, decided: bool) -> tuple[str, str] | None:
    """The result with its reason, and its tone; nothing where it has none yet. `reasons`: of all plans, the last plan first.

    What is granted counts before all else: an earlier plan may have refused it, and a later check may judge otherwise.
    """
    if granted:
        said = of_count(granted, gettext_noop("%(servers)s server is granted."), gettext_noop("%(servers)s servers are granted."))
        why = said_of(REDUCED) if any(each.code == REDUCED for each in reasons) else ""
        return f"{said % {'servers': number(granted)}} {why}".strip(), "good"
    if outcome is not None and not outcome.eligible:
        return _("Not eligible: %(rules)s") % {
            "rules": ", ".join(rule_name(each["rule"]) for each in outcome.outcomes if not each["passed"])
        }, "bad"
    if decided:
        return _("Not chosen in this round: %(why)s") % {"why": said_of(reasons[0].code) if reasons else "–"}, "warn"
    if ranked is not None and not ranked.passed:
        return _("It did not reach the threshold of the evaluation."), "bad"
    return None


def weighed(reasons: Sequence[Any], granted: int) -> list[Any]:
    """The reasons that count now: those of the last plan, or why it got less than it asked for where it got something."""
    if granted:
        return [each for each in reasons if each.code == REDUCED][:1]
    return [each for each in reasons if each.plan_id == reasons[0].plan_id]
