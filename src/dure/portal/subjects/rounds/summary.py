"""What a round has come to, by the records: all its plans and grants together, not one recommendation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Chart, Figure
from dure.portal.kit.wording.numbers import gpus, number, percent
from dure.portal.kit.wording.words import name
from dure.portal.subjects.rounds.explanation import share_rows, shares_chart
from dure.portal.subjects.rounds.overview import call_title
from dure.records.allocation import queries


@dataclass(frozen=True)
class RoundSummary:
    """One round for a public page; `seq` names the plan that was carried out last."""

    round_id: str
    name: str
    figures: list[Figure]
    seq: int
    synthetic: bool
    plan: Any
    alone: bool

    def shares(self) -> Chart:
        """Published and allotted shares of the whole round, as the plan that was carried out last left them."""
        as_of = "" if self.alone else _("As the round's last plan left it.")
        return shares_chart(share_rows(self.plan.round.sectors, self.plan.sector_use, {}), as_of=as_of)


def summaries() -> list[RoundSummary]:
    """Rounds for which a plan has been approved, the last first."""
    plans = queries.plans()
    last = {plan.round_id: plan for plan in plans}
    several = {plan.round_id for plan in plans if plan is not last[plan.round_id]}
    sums = queries.round_totals(plan.round for plan in last.values())
    latest = sorted(last.values(), key=lambda plan: plan.round.start_on, reverse=True)
    return [_summary(plan.round, plan, sums[plan.round_id], alone=plan.round_id not in several) for plan in latest]


def _summary(round_: Any, plan: Any, sums: Mapping[str, int], *, alone: bool) -> RoundSummary:
    return RoundSummary(
        round_.pk,
        call_title(round_) or name(round_.pk),
        figures(sums, gap=plan.gap, alone=alone, received=sums["received"] if round_.user_call_id else None),
        plan.entry_id,
        bool(sums["synthetic"]),
        plan,
        alone,
    )


def figures(sums: Mapping[str, int], *, gap: str, alone: bool, received: int | None) -> list[Figure]:
    """The figures of a round; `gap`: of its last plan, `alone`: it has no other. `received`: all applications of its call."""
    return [
        *given(sums, received=received),
        Figure(_("Gap to the proven bound"), percent(gap, 3), "" if alone else _("of the round's last plan")),
    ]


def given(sums: Mapping[str, int], *, received: int | None) -> list[Figure]:
    """What a round's grants come to, whichever decision made them: GPUs at the fullest moment, applications, servers."""
    left, others = sums["opened_gpus"] - sums["held_gpus"], sums["held_gpus"] - sums["granted_gpus"]
    opened = _("at most at once, of %(opened)s opened; %(left)s left") % {
        "opened": gpus(sums["opened_gpus"]), "left": number(left),
    }  # fmt: skip
    if others:
        opened += _("; %(others)s in other rounds") % {"others": number(others)}
    applied = _("of %(applied)s") % {"applied": number(received)}
    return [
        Figure(_("GPUs allotted"), number(sums["granted_gpus"]), opened, "good" if not left else ""),
        Figure(_("Applications chosen"), number(sums["chosen"]), "; ".join(filter(None, (applied, again(sums["chosen_again"]))))),
        Figure(_("Servers given, over all periods"), number(sums["granted_servers"]), again(sums["servers_again"])),
    ]


def again(n: int) -> str:
    """How many of them came by a re-grant of what was reclaimed; empty where none did."""
    return _("%(n)s of them by re-grant") % {"n": number(n)} if n else ""
