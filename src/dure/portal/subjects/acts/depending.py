"""What a field offers and says where that depends on what another field of the form holds."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.documents.handing_in import ACCEPTED, LARGEST, handed_in
from dure.cycle.supply import money
from dure.portal.kit.form.bound import Bound, Choices
from dure.portal.kit.form.reading import read
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.limits import limits_on
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.acts import filing
from dure.portal.subjects.acts.choices import choices, organisation_name
from dure.portal.subjects.acts.in_states import NOTHING as STATED
from dure.portal.subjects.acts.nothing import NOTHING
from dure.portal.subjects.acts.session import Visit
from dure.records.allocation import access as allocation
from dure.records.allocation import queries as allocated
from dure.records.demand import queries as demand
from dure.records.operation import access as operation_access
from dure.records.operation import queries as operation
from dure.records.outcomes import access as outcomes
from dure.records.parties import queries as parties
from dure.records.parties.access import sits_at
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement
from dure.records.review import queries as review


def choices_of(visit: Visit) -> dict[str, Choices]:
    """The choices by "Struct.name" that hold for this form alone."""
    struct = visit.row.command.__name__
    found = {f"{struct}.{name}": choose(visit) for name, choose in DEPENDING.get(visit.row.name, {}).items()}
    own = {name: each for name, each in found.items() if each is not None}
    return {**filing.choices_of(visit), **own, **_files(visit)}


def explained(visit: Visit, fields: Sequence[Bound]) -> list[Bound]:
    """The fields, each with what is to be known besides for what the form holds now."""
    says = {**EXPLAINED.get(visit.row.name, {}), **dict.fromkeys(visit.lost, _choose_again)}
    return [replace(each, more=says[each.path](visit)) if each.path in says else each for each in fields]


def _choose_again(_visit: Visit) -> str:
    return _("Choose the file again: it was not kept.")


def files_taken(visit: Visit) -> dict[str, Any]:
    """Which files the form takes, where it takes any."""
    return {"accepted": ACCEPTED, "largest": LARGEST // 10**6} if any(each.kind == "file" for each in visit.fields) else {}


def _files(visit: Visit) -> dict[str, Choices]:
    """What the files are called that were handed in for this form; one that is kept no longer has to be chosen again."""
    made = {}
    for field in (each for each in visit.fields if each.kind == "file"):
        digest = visit.typed.get(field.name, "")
        upload = handed_in(visit.request.user, digest, at=timezone.now()) if digest else None  # type: ignore[arg-type] # a person
        if upload is None:
            if visit.typed.pop(field.name, None):
                visit.lost.add(field.name)
        else:
            made[f"{field.struct}.{field.name}"] = Choices([(digest, f"{upload.name} · {numbers.size(upload.size)}")])
    return made


def _first_week(visit: Visit) -> str:
    """On which day the weeks of the call's round begin, or that this is not known yet."""
    found = allocated.rounds().filter(user_call=visit.typed.get("call", "").strip()).order_by("-start_on").first()
    if found is None:
        return _("The day of the round's first week is not set yet. Leave it empty, or at 0, if you can begin at once.")
    first, second = found.start_on, found.start_on + dt.timedelta(days=7)
    return _("In the round of this call, week 0 begins on %(first)s and week 1 on %(second)s; it has %(n)s weeks.") % {
        "first": numbers.long_date(first),
        "second": numbers.long_date(second),
        "n": numbers.number(found.weeks),
    }


def _days_due(visit: Visit) -> Choices:
    """The days of the reports that were asked for and have not come: of the grant that is chosen, else of every grant."""
    missing: Any = outcomes.visible_reports(visit.request.user).filter(received_on=None)
    grant = visit.typed.get("grant", "").strip()
    if grant:
        missing = missing.filter(grant=grant)
    days = missing.order_by("due_on").values("due_on").annotate(grants=Count("pk"), title=Min("grant__application__title"))
    options = [(each["due_on"].isoformat(), _day_of(each, "due_on")) for each in days]
    if options:
        return Choices(options)
    return Choices(nothing=_("This grant owes no report now.") if grant else _("No grant owes a report now."))


def _day_of(found: dict[str, Any], field: str) -> str:
    """The day with the grant for which something is due on it, or with how many."""
    day = numbers.long_date(found[field])
    return f"{day} · {found['title'] if found['grants'] == 1 else _('%(n)s grants') % {'n': numbers.number(found['grants'])}}"


def notice_name(notice: Any) -> str:
    """Which of the notices to a grant it is: the day on which it was sent, and its ground."""
    return f"{numbers.long_date(notice.sent_on)} · {name(notice.because)}"


def _notices(waiting: Callable[[], QuerySet[Any]], nothing: str) -> Callable[[Visit], Choices]:
    """The days of the notices that wait for the act: of the grant that is chosen, else of every grant."""

    def offered(visit: Visit) -> Choices:
        seen: Any = operation_access.visible_notices(visit.request.user).filter(pk__in=waiting().order_by().values("pk"))
        if grant := visit.typed.get("grant", "").strip():
            options = [(each.sent_on.isoformat(), notice_name(each)) for each in seen.filter(grant=grant).order_by("sent_on")]
        else:
            days = seen.order_by("sent_on").values("sent_on")
            listed = days.annotate(grants=Count("pk"), title=Min("grant__application__title"))
            options = [(each["sent_on"].isoformat(), _day_of(each, "sent_on")) for each in listed]
        return Choices(options) if options else Choices(nothing=_(nothing))

    return offered


def _rounds_waited_for(visit: Visit) -> Choices:
    """The rounds for whose servers the application that is chosen waits, else any that the person may see."""
    found = choices("round_waited_for", visit.request.user)
    application = visit.typed.get("application", "").strip()
    places: Any = allocation.visible_waiting(visit.request.user).filter(left_at=None, application=application)
    rounds = set(places.values_list("round", flat=True))
    return found._replace(options=[each for each in found.options if each[0] in rounds]) if rounds else found


def _who_may_judge(visit: Visit) -> Choices | None:
    """Who may sit on a panel of the kind that is chosen; too many for a list are searched for among those of any kind."""
    panel = review.panel(visit.typed.get("panel", "").strip())
    kind = panel.kind if panel else visit.typed.get("kind", "").strip()
    found = choices(f"{kind}_evaluator", visit.request.user) if kind in {"proposal", "application"} else None
    if found is None or found.many:
        return None
    return found if panel is None else _without_seat(found, panel)


def _without_seat(found: Choices, panel: Any) -> Choices:
    """Those of them who have no seat of the panel, and have left none."""
    sit = {each.person.uid for each in review.all_seats(panel) if each.person}
    new = [each for each in found.options if each[0] not in sit]
    if found.options and not new:
        return Choices(nothing=_("Everybody who may judge this sits on the panel already, or has left it."))
    return found._replace(options=new)


def _seats_by_name(visit: Visit) -> Choices | None:
    """The seats of the panel that is chosen which can be left, each with the person who sits there, of whom the agency knows."""
    panel = review.panel(visit.typed.get("panel", "").strip())
    if panel is None:
        return None
    seats = [
        (each.code, f"{each.code} · {person_name(each.person)}" if each.person else each.code)
        for each in review.seats_to_leave(panel)
    ]
    nothing = _("Every evaluator of this panel has handed in a sheet: nobody can be replaced any more.")
    return Choices(seats) if seats else Choices(nothing=nothing)


def _own_or_any_seat(visit: Visit) -> Choices | None:
    """An evaluator's own seats; to the agency every seat of the panel that is chosen, by code."""
    name, person = visit.typed.get("panel", "").strip(), visit.request.user
    if sits_at(person, "agency"):
        panel = review.panel(name)
        return Choices([(each.code, each.code) for each in review.seats(panel)]) if panel else None
    own = [each for each in review.open_seats_of(person) if name in {"", each.panel_id}]
    return Choices([(each.code, each.code if name else f"{each.code} · {each.panel_id}") for each in own]) if own else None


def _over(call: Any) -> str:
    """That nothing can be handed in to the call any more, before somebody fills in the rest; nothing where it can."""
    if call is None or timezone.now() < call.closes_at:
        return ""
    return _("This call closed on %(at)s: nothing can be handed in to it any more.") % {"at": numbers.instant(call.closes_at)}


def _user_call(visit: Visit) -> str:
    return _over(demand.user_call(visit.typed.get("call", "").strip()))


def _provider_call(visit: Visit) -> str:
    return _over(procurement.call(visit.typed.get("call", "").strip()))


def _limits(visit: Visit) -> str:
    """The limits of the rule book for what is offered in the call that is chosen."""
    call = procurement.call(visit.typed.get("call", "").strip())
    said = "; ".join(f"{each.title}: {each.value}" for each in limits_on(timezone.localdate(call.closes_at))) if call else ""
    return (
        _("An offer beyond one of these limits is not taken, whatever its rank: %(limits)s.") % {"limits": said} if said else ""
    )


def _money_left(visit: Visit) -> str:
    """What the budget lines that pay a call of that opening have left, or that nobody knows yet."""
    lines = _lines(visit)
    if not lines:
        return _("No approved budget divides the money yet that will pay this call, so that nobody knows how much there is.")
    return _("The budget lines that pay this call have %(amount)s left.") % {"amount": numbers.money(money.room_amount(lines))}


def _money_unknown(visit: Visit) -> str:
    return "" if _lines(visit) else _money_left(visit)


def _lines(visit: Visit) -> dict[str, Any]:
    """The lines that pay a call which opens when the form says; today, as long as it does not say."""
    values, _faults = read(visit.fields, visit.typed)
    try:
        opened_at = dt.datetime.fromisoformat(str(values.get("opened_at", "")))
    except ValueError:
        opened_at = timezone.now()
    return money.lines_that_pay(book().programme, opened_at)


def _owners_agreed(visit: Visit) -> Choices:
    """To whom the servers belong by the terms in force: of the agreement that is chosen, else of each that the person may see."""
    seen = procurement_access.visible_agreements(visit.request.user)
    chosen = visit.typed.get("agreement", "").strip()
    terms = procurement.terms_of(seen.filter(pk=chosen) if chosen else seen)
    owners = parties.organisations_by_id({each.owner for each in terms})
    if not owners:
        return Choices(nothing=_(NOTHING["agreement"]))
    return Choices(sorted((key, organisation_name(each)) for key, each in owners.items()))


def warned(visit: Visit) -> list[str]:
    """What is to be known before it is done, though it does not stand in the way."""
    return [said for warns in WARNED.get(visit.row.name, ()) if (said := warns(visit))]


EXPLAINED: dict[str, dict[str, Callable[[Visit], str]]] = {
    "submit_application": {"call": _user_call, "earliest_week": _first_week},
    "submit_proposal": {"call": _provider_call, "lots": _limits},
    "open_provider_call": {"budget": _money_left},
}
DEPENDING: dict[str, dict[str, Callable[[Visit], Choices | None]]] = {
    "seat_panel": {"seats.value": _who_may_judge},
    "replace_evaluator": {"evaluator": _seats_by_name, "person": _who_may_judge},
    "declare_conflict": {"evaluator": _own_or_any_seat},
    "submit_score_sheet": {"evaluator": _own_or_any_seat},
    "answer_notice": {"notice": _notices(lambda: operation.notices_in("sent"), STATED["noticed_grant"])},
    "judge_answer": {"notice": _notices(lambda: operation.notices_in("answered"), STATED["answered_grant"])},
    "open_appeal": {"notice": _notices(operation.to_appeal, STATED["grant_to_appeal"])},
    "submit_report": {"due_on": _days_due},
    "leave_waiting_list": {"round": _rounds_waited_for},
    "register_servers": {"owner": _owners_agreed},
}
WARNED: dict[str, tuple[Callable[[Visit], str], ...]] = {"open_provider_call": (_money_unknown,)}
