"""How much may this applicant request, for how long, and of which models?"""

from collections.abc import Mapping
from typing import NamedTuple

from dure.decisions.tables import Lookup, combinations
from dure.formats.errors import BadInput
from dure.formats.stages.eligibility import Applicant, EligibilityApplication, EligibilityRules

RULE = "eligibility/limits"


class Limits(NamedTuple):
    """What one row of the table sets, GPUs and months; None: nothing."""

    largest_gpus: int
    least_gpus: int | None
    unit_gpus: int | None
    large_project_from_gpus: int | None
    largest_months: int
    least_months: int | None

    @property
    def smallest_size(self) -> int:
        """The smallest request in GPUs that is a whole number of units."""
        unit, least = self.unit_gpus or 1, self.least_gpus or 1
        return -(-least // unit) * unit

    def nearest(self, asked: int) -> int:
        """The permitted size that is closest to what was asked; the smaller of two."""
        unit = self.unit_gpus or 1
        below = max(self.smallest_size, min(asked, self.largest_gpus) // unit * unit)
        above = below + unit
        return above if above <= self.largest_gpus and abs(above - asked) < abs(below - asked) else below


class Terms(NamedTuple):
    """The limits for the model asked for, and those of each model on offer."""

    asked: Limits
    offered: Mapping[str, Limits]


class Aim(NamedTuple):
    """The model for which remedies are proposed, and its limits: the one asked for, or the one on offer that is nearest."""

    model: str
    limits: Limits


def aim_of(terms: Terms, application: EligibilityApplication) -> Aim | None:
    """What remedies lead to; nothing where nothing is on offer to such an applicant."""
    if terms.asked.largest_gpus:
        return Aim(application.gpu_model, terms.asked)
    gpus = application.gpus
    nearest = sorted((abs(limits.nearest(gpus) - gpus), model) for model, limits in terms.offered.items())
    return Aim(nearest[0][1], terms.offered[nearest[0][1]]) if nearest else None


class Table:
    """The limits of a rule book, ready to be asked."""

    def __init__(self, rules: EligibilityRules) -> None:
        self._look_up = Lookup(rules.limits, where=RULE)
        self._models = sorted({model for (model,) in combinations(rules.limits, ("gpu_model",))})
        self._offers: dict[tuple[object, ...], dict[str, Limits]] = {}

    def terms(self, applicant: Applicant, application: EligibilityApplication) -> Terms:
        """What holds for that application; raises `BadInput` where no size could pass, so that nobody could be eligible."""
        who = {"kind": applicant.kind, "size": applicant.size, "youth_led": applicant.youth_led}
        key = tuple(who.values())
        if (offered := self._offers.get(key)) is None:
            limits = {model: self._limits({**who, "gpu_model": model}) for model in self._models}
            offered = self._offers[key] = {model: each for model, each in limits.items() if each.largest_gpus}
        return Terms(offered.get(application.gpu_model) or self._limits({**who, "gpu_model": application.gpu_model}), offered)

    def _limits(self, of: Mapping[str, object]) -> Limits:
        limits = Limits(**self._look_up(of).values)
        if limits.unit_gpus == 0:
            raise BadInput("a unit of no GPU.", where=f"rule {RULE}", todo="Write `none` where requests need be no multiple.")
        if limits.largest_gpus and limits.smallest_size > limits.largest_gpus:
            raise BadInput(
                f"the least of {limits.smallest_size} {of['gpu_model']} GPUs exceeds the most, {limits.largest_gpus}.",
                where=f"rule {RULE}",
                todo="Lower the least or the unit, or raise the largest request.",
            )
        if (limits.least_months or 0) > limits.largest_months:
            raise BadInput(
                f"the shortest use of {limits.least_months} months exceeds the longest of {limits.largest_months}.",
                where=f"rule {RULE}",
                todo="Lower the shortest or raise the longest.",
            )
        return limits
