"""Why did an item not get all that it asked for, as a sentence? The code is the name of the constraint."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from dure.portal.kit.wording.book import is_rule, title
from dure.portal.kit.wording.numbers import money, number, percent, price_of_one
from dure.portal.kit.wording.words import WORDS, name

SENTENCES = {
    # budget
    "no_room_in_line": gettext_noop("The budget line has no room left for it."),
    "commitment_not_accepted": gettext_noop("The commitment that it pays was not accepted."),
    "paid_before_commitment": gettext_noop("It was paid before it was committed."),
    "beyond_commitment": gettext_noop("It would pay more than was committed."),
    # evaluation
    "gate_failed": gettext_noop("It did not pass the gate (documents or eligibility)."),
    "panel_incomplete": gettext_noop("Too few score sheets count."),
    "below_threshold": gettext_noop("Its technical points lie below the threshold."),
    "reviews_not_delivered": gettext_noop("Its applicant's reviewer did not hand in every sheet that was asked for."),
    "conflict_of_interest": gettext_noop("The candidate has a conflict of interest."),
    "employer_already_seated": gettext_noop("Somebody of the same employer already sits on the panel."),
    "declined": gettext_noop("The offer was declined."),
    # portfolio
    "no_budget_left": gettext_noop("No step of it fits into what the budget has left."),
    "provider_share_reached": gettext_noop("Its provider would hold more than the largest share."),
    "own_use_above_ceiling": gettext_noop("Own use would lie above the ceiling."),
    "cluster_below_minimum": gettext_noop("Its clusters are smaller than the smallest that counts."),
    "other_portfolio_better": gettext_noop("A portfolio without it brings more public compute."),
    "not_asked": gettext_noop("Its bidder has not said whether it supplies at the lowest price; it is to be asked."),
    "match_declined": gettext_noop("Its bidder does not supply at the lowest price of the model."),
    "waits_for_answers": gettext_noop("It waits for the answers of bidders before it, who may still take the money."),
    # build-out
    "first_service_late": gettext_noop("First service is forecast later than promised."),
    "not_in_service_within_horizon": gettext_noop("It does not come into service within the calendar."),
    "delivery_overdue": gettext_noop("The delivery is overdue."),
    # demand
    "nobody_answered_in_category": gettext_noop("Nobody answered in this category; nothing can be estimated."),
    "nobody_answered_in_cell": gettext_noop("Nobody answered in this cell; it is estimated from its margins."),
    "raking_did_not_reach_margin": gettext_noop("The weights could not be raked to this margin."),
    "margin_given_up": gettext_noop("There are too few answers to weight by this margin too."),
    "same_need_as_another": gettext_noop("The same need was reported in another answer."),
    "same_organisation_use_and_model": gettext_noop("The same organisation answered twice for the same use and model."),
    # shares
    "held_by_floor": gettext_noop("Held at its floor."),
    "held_by_ceiling": gettext_noop("Held at its ceiling."),
    "held_by_step": gettext_noop("Held by the largest step that one decision may take."),
    "others_held_by_bounds": gettext_noop("It moved further because others were held by their bounds."),
    # allocation
    "fewer_servers_than_asked": gettext_noop("It got fewer servers than it asked for."),
    "fewer_servers_free": gettext_noop("Fewer servers are free than it needs."),
    "no_free_window": gettext_noop("No place was free for it in its weeks."),
    "organisation_cap": gettext_noop("Its organisation would hold more than the largest share."),
    "sector_share": gettext_noop("Its sector has its share; others are further from theirs."),
    "taken_by_higher_rank": gettext_noop("The places went to applications of higher rank."),
    "price_above_value": gettext_noop("Others made more of the servers that it would have needed."),
    "unlucky_in_rounding": gettext_noop("It came just short: no whole number of free servers was left for it."),
    "outside_window": gettext_noop("Its weeks lie outside the round."),
    "no_capacity_of_model": gettext_noop("The round has no capacity of the GPU models that it accepts."),
    "larger_than_every_pod": gettext_noop("It needs more servers in one block than any block has."),
    "larger_than_every_pool": gettext_noop("It needs more servers than any pool has."),
    "no_size_step": gettext_noop("No allowed size fits between the least and the most that it asked for."),
    "worth_nothing": gettext_noop("Its score gives it no value."),
    "share_below_floor": gettext_noop("The sector stays below its floor."),
    "share_above_ceiling": gettext_noop("The sector goes above its ceiling."),
    # provisioning
    "access_ends_late": gettext_noop("Access ends later than the rule allows."),
    "people_enter_at_the_start": gettext_noop("Its people get access when the lease begins."),
    "not_yet_due": gettext_noop("It is made ready later, shortly before it begins."),
    "nobody_named": gettext_noop("Nobody is named who should have access."),
    "not_a_login_name": gettext_noop("A name is not a possible log-in name."),
    "server_granted_twice": gettext_noop("A server is in two grants at once."),
    # metering
    "conflicting_record": gettext_noop("Two records of the same job contradict each other; both are set aside."),
    "ends_before_it_starts": gettext_noop("A record ends before it starts."),
    "overlapping_telemetry": gettext_noop("Telemetry overlaps in time."),
    "unknown_lease": gettext_noop("The record names a lease that is not known."),
    "unknown_server": gettext_noop("The record names a server that is not known."),
    "more_gpus_than_its_servers_have": gettext_noop("The record holds more GPUs than its servers have."),
    "held_less_than_leased": gettext_noop("Fewer servers were held than leased, by maintenance or removal."),
    "used_exceeds_held": gettext_noop("More was used than was held."),
    "difference_held": gettext_noop("Two sources differ by more than the rule allows; the invoice is held."),
    "own_use_above_contract": gettext_noop("The provider used more itself than was agreed."),
    "own_use_without_contract": gettext_noop("The provider used GPUs itself without an agreement on it."),
    # burden and settlement
    "price_above_limit": gettext_noop("The price lies above what the answer would pay."),
    "too_few_places": gettext_noop("There are fewer places than are wanted at this price."),
    "gap_billed_share": gettext_noop("Hours without metering are billed only in part, in the user's favour."),
    "clawback_share": gettext_noop("Support is to be given back for use off purpose."),
    "deduction_per_missing_share": gettext_noop("The fee is reduced for service that was not delivered."),
    "deduction_per_own_use_excess": gettext_noop("The fee is reduced for own use above the agreement."),
    # outcomes
    "nothing_reported": gettext_noop("Nothing countable was reported."),
    "no_evidence": gettext_noop("It comes without evidence."),
    "not_verified": gettext_noop("Nobody has verified the evidence."),
    "counted_already": gettext_noop("The same evidence was counted already."),
    "smallest_part": gettext_noop("The sector keeps the smallest part."),
    # reclaim
    "below_floor": gettext_noop("Its use lies below the floor."),
    "off_purpose": gettext_noop("It was used off purpose."),
    "wait_for_answer": gettext_noop("The time to answer the notice is not over."),
    "wait_for_appeal": gettext_noop("An appeal is open."),
    "not_enough_data": gettext_noop("There is too little data to judge by."),
    "enough_use": gettext_noop("It is used enough."),
    "answer_accepted": gettext_noop("The answer to the notice was accepted."),
    "appeal_upheld": gettext_noop("The appeal was upheld."),
    "no_idle_part": gettext_noop("No whole server of it stands idle."),
    "fewer_weeks_left": gettext_noop("Fewer weeks are left than it needs."),
    "no_week_left": gettext_noop("No week is left."),
    "no_server_of_its_models_free": gettext_noop("No server of its GPU models comes free."),
    "minimum_above_what_is_free": gettext_noop("It needs more than comes free."),
}
LABELS = {
    "asked": gettext_noop("asked"),
    "asked_amount": gettext_noop("asked"),
    "granted": gettext_noop("granted"),
    "line": gettext_noop("line"),
    "room_amount": gettext_noop("room"),
    "left_amount": gettext_noop("left"),
    "commitment": gettext_noop("commitment"),
    "technical": gettext_noop("technical points"),
    "threshold": gettext_noop("threshold"),
    "best_pool": gettext_noop("best pool"),
    "best_from_week": gettext_noop("best from week"),
    "best_servers": gettext_noop("best servers"),
    "value": gettext_noop("value"),
    "price": gettext_noop("price"),
    "miss": gettext_noop("short by"),
    "pool": gettext_noop("pool"),
    "waiting_list_place": gettext_noop("place on the waiting list"),
    "servers": gettext_noop("servers"),
    "weeks": gettext_noop("weeks"),
    "minimum_servers": gettext_noop("at least"),
    "most_free": gettext_noop("most free"),
    "seen": gettext_noop("given"),
    "allowed": gettext_noop("allowed"),
    "share": gettext_noop("share"),
    "promised": gettext_noop("promised"),
    "promised_on": gettext_noop("promised"),
    "first_cause": gettext_noop("first cause"),
    "milestone": gettext_noop("milestone"),
    "support_amount": gettext_noop("support"),
    "evidence": gettext_noop("evidence"),
    "kind": gettext_noop("kind"),
    "used": gettext_noop("used"),
    "contracted": gettext_noop("contracted"),
    "lease": gettext_noop("lease"),
    "source": gettext_noop("source"),
    "organisation": gettext_noop("organisation"),
    "sector": gettext_noop("sector"),
    "floor": gettext_noop("floor"),
    "ceiling": gettext_noop("ceiling"),
    "cap": gettext_noop("cap"),
    "under": gettext_noop("under"),
    "utilisation": gettext_noop("utilisation"),
    "values_kept": gettext_noop("sheets counted"),
    "missing": gettext_noop("missing"),
    "earliest_week": gettext_noop("from week"),
    "latest_week": gettext_noop("latest start in week"),
    "models": gettext_noop("models"),
    "organisations": gettext_noop("organisations"),
    "margin": gettext_noop("margin"),
    "represented": gettext_noop("represented"),
    "same_as": gettext_noop("same as"),
    "counted": gettext_noop("counted"),
    "target": gettext_noop("aim"),
    "wanted": gettext_noop("wanted"),
    "willing": gettext_noop("would pay"),
    "taken": gettext_noop("taken"),
    "minimum_values": gettext_noop("needed"),
    "drop": gettext_noop("drop rule"),
    "employer": gettext_noop("employer"),
    "gpu_hours_not_billed": gettext_noop("GPU-hours not billed"),
    "delivered": gettext_noop("delivered"),
    "segment": gettext_noop("segment"),
    "telemetry_rows": gettext_noop("telemetry rows"),
    "used_gpu_seconds": gettext_noop("GPU-seconds used"),
    "between": gettext_noop("between"),
    "most_at_once": gettext_noop("most at once"),
    "cumulative": gettext_noop("in all"),
    "gpu_weeks": gettext_noop("GPU-weeks"),
    "of": gettext_noop("of"),
    "bound": gettext_noop("bound"),
    "off_by_gpu_weeks": gettext_noop("off by GPU-weeks"),
    "cost": gettext_noop("cost in points"),
    "not_ordered": gettext_noop("not ordered"),
    "until": gettext_noop("until"),
    "latest_on": gettext_noop("at the latest"),
    "as_of": gettext_noop("as of"),
    "action": gettext_noop("proposed"),
    "days_with_data": gettext_noop("days with data"),
    "days_since_start": gettext_noop("days since the start"),
    "maintenance_seconds": gettext_noop("seconds of maintenance"),
    "out_of_service_seconds": gettext_noop("seconds out of service"),
    "own_use_seconds": gettext_noop("seconds of own use"),
    "minutes": gettext_noop("minutes"),
    "associations": gettext_noop("accesses"),
    "ready_at": gettext_noop("ready at"),
    "from": gettext_noop("from"),
    "people": gettext_noop("people"),
    "slip_days": gettext_noop("days late"),
    "utilisation_floor": gettext_noop("floor"),
    "from_week": gettext_noop("would fit from week"),
    "with_servers": gettext_noop("would fit with servers"),
    "with_model": gettext_noop("would fit with model"),
    "with_latest_week": gettext_noop("would fit with latest start"),
    "servers_given": gettext_noop("servers given"),
    "weeks_given": gettext_noop("weeks given"),
    "floor_days": gettext_noop("days"),
    "gpus": gettext_noop("GPUs"),
    "months": gettext_noop("months"),
    "multiple_of": gettext_noop("multiple of"),
    "purpose": gettext_noop("purpose"),
    "asked_servers": gettext_noop("servers asked"),
    "awarded_servers": gettext_noop("servers awarded"),
    "provider_room_amount": gettext_noop("room of its provider"),
    "steps": gettext_noop("steps"),
    "kept": gettext_noop("kept"),
    "confirmed_on": gettext_noop("confirmed on"),
    "paid_on": gettext_noop("paid on"),
    "committed_on": gettext_noop("committed on"),
    "gpu_model": gettext_noop("GPU model"),
    "offered_price": gettext_noop("offered for a GPU"),
    "lowest_price": gettext_noop("lowest for a GPU"),
    "evaluator": gettext_noop("evaluator"),
    "due": gettext_noop("asked for"),
}
_PRICES = frozenset({"offered_price", "lowest_price"})  # exact, of one GPU
_SHARES = frozenset(
    {
        "share",
        "utilisation",
        "used",
        "contracted",
        "floor",
        "ceiling",
        "allowed",
        "delivered",
        "target",
        "cumulative",
        "most_at_once",
        "utilisation_floor",
    }
)


def sentence(reason: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """The reason with its figures behind it; where the code is a rule of eligibility, that rule's title."""
    said = said_of(reason["code"])
    figures = ", ".join(f"{called} {figure}" for called, figure in figures_of(reason, names))
    return f"{said} ({figures})" if figures else said


def figures_of(reason: Mapping[str, Any], names: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """The figures behind a reason, each with the word for it."""
    return [(label(key), _figure(key, value, names)) for key, value in sorted(reason.get("detail", {}).items())]


def said_of(code: str) -> str:
    """The sentence for a code."""
    if code in SENTENCES:
        return gettext(SENTENCES[code])
    if is_rule(f"eligibility/{code}"):
        return gettext("A rule is not met: %(rule)s.") % {"rule": title(f"eligibility/{code}")}
    return name(code) if name(code) != code else code.replace("_", " ")


def label(key: str) -> str:
    """The word for a figure's name; a rule of eligibility is called by its title."""
    if key in LABELS:
        return gettext(LABELS[key])
    return title(f"eligibility/{key}") if is_rule(f"eligibility/{key}") else key.replace("_", " ")


def _figure(key: str, value: Any, names: Mapping[str, str] | None) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_figure(key, each, names) for each in value)
    if isinstance(value, dict):
        called = {each: label(each) if each in LABELS else name(each, names) for each in value}
        return ", ".join(f"{called[each]} {_figure(each, inner, names)}" for each, inner in value.items())
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return price_of_one(value) if key in _PRICES else _text(key, str(value), names)


def _text(key: str, text: str, names: Mapping[str, str] | None) -> str:
    if re.fullmatch(r"-?\d+", text):
        return money(int(text)) if key.endswith("_amount") else number(text)
    if key in _SHARES and re.fullmatch(r"[01]\.\d+|\d+/\d+", text):
        return percent(text)
    if text in SENTENCES and text not in WORDS:
        return gettext(SENTENCES[text]).rstrip(".")  # the obstacle of one step, among others
    return name(text, names)
