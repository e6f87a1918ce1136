"""Subjects of charges and parties: months, invoices, organisations and people."""

import datetime as dt
import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.people.registrations import rules_of
from dure.formats.registration import written_number
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.acts.choices import organisation_name
from dure.portal.subjects.objects.shape import Kind, Seen
from dure.portal.subjects.objects.supply import link
from dure.records.allocation import access as allocation_access
from dure.records.demand import access as demand_access
from dure.records.journal import queries as journal
from dure.records.parties import access as parties_access
from dure.records.parties import queries as parties
from dure.records.settlement import access as settlement_access
from dure.records.settlement import queries as settlement

MOST_LINKS = 8


def _month(key: str, person: Any) -> Seen | None:
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", key) or not parties_access.may_oversee(person):
        return None
    after = (dt.date.fromisoformat(f"{key}-01") + dt.timedelta(days=31)).replace(day=1)
    done = {each.decision for each in journal.approved(decision="metering", subject=key)}
    done |= {each.decision for each in journal.approved(decision="settlement", subject=key)}
    if "settlement" in done:
        status, tone = _("It is metered and settled."), "good"
    elif "metering" in done:
        status, tone = _("It is metered, and not settled yet."), "wait"
    elif after > timezone.localdate():
        status, tone = _("The month has not ended."), ""
    else:
        status, tone = _("It is not metered yet."), "wait"
    return Seen(_("Month %(month)s") % {"month": key}, status, tone)


def _invoice(key: str, person: Any) -> Seen | None:
    if not settlement_access.visible_invoices(person).filter(pk=key).exists():
        return None
    found: Any = settlement.invoice(key)  # with what was paid, which its type does not say
    if found is None:
        return None
    left = found.billed_amount - found.paid_amount
    if found.billed_amount <= 0:
        status, tone = _("Nothing is owed."), "good"
    elif left <= 0:
        status, tone = _("It is paid."), "good"
    elif found.due_on < timezone.localdate():
        status, tone = _("%(amount)s is overdue since %(day)s."), "bad"
    else:
        status, tone = _("%(amount)s is due on %(day)s."), "wait"
    if left > 0:
        status %= {"amount": numbers.money(left), "day": numbers.long_date(found.due_on)}
    facts = [
        (_("Organisation"), organisation_name(found.organisation)),
        (_("List price"), numbers.money(found.list_amount)),
        (_("Support"), numbers.money(found.support_amount)),
        (_("Billed"), numbers.money(found.billed_amount)),
        (_("Received"), numbers.money(found.paid_amount)),
        (_("Issued"), numbers.date(found.issued_on)),
        (_("Pay by"), numbers.date(found.due_on)),
    ]
    links = [link("organisation", found.organisation_id, organisation_name(found.organisation))]
    return Seen(f"{name('invoice')} {key}", status, tone, facts, links)


MERGING = frozenset({"propose_merger", "confirm_merger", "drop_merger"})
MERGING_ACCOUNTS = frozenset({"propose_person_merger", "confirm_person_merger", "drop_person_merger"})
SEATING = frozenset({"give_role", "confirm_role", "end_role", "close_account", "renew_access", "set_address"})


def number_groups() -> tuple[int, ...]:
    """How the programme writes registration numbers."""
    return rules_of(book(), timezone.localdate()).number_groups


def _organisation(key: str, person: Any) -> Seen | None:
    found = parties_access.visible_organisations(person).filter(pk=key).select_related("merged_into").first()
    if found is None:
        return None
    ids = found.as_one
    people = parties.people(organisation_ids=ids)
    facts = [
        (_("Kind"), name(found.kind)),
        (_("Size class"), name(found.size) if found.size else numbers.NONE),
        (_("Region"), name(found.region) if found.region else numbers.NONE),
        (_("Led by young founders"), name("yes" if found.youth_led else "no")),
        (_("People"), ", ".join(person_name(each) for each in people[:MOST_LINKS]) or numbers.NONE),
    ]
    if parties_access.may_oversee(person) and found.number:
        facts.append((_("Registration number"), written_number(found.number, number_groups())))
    if found.joined:
        facts.append((_("Merged into it"), ", ".join(map(organisation_name, parties.organisations_by_id(found.joined).values()))))
    applications = demand_access.visible_applications(person).filter(organisation__in=ids).order_by("-id")
    grants = allocation_access.visible_grants(person).filter(application__organisation__in=ids).select_related("application")
    links = [link("application", each.pk, each.title) for each in applications[:MOST_LINKS]]
    links += [
        link("grant", each.pk, f"{name('grant')}: {each.application.title}") for each in grants.order_by("-id")[:MOST_LINKS]
    ]
    if found.merged_into:
        links.insert(0, link("organisation", found.merged_into.pk, organisation_name(found.merged_into)))
        status = _("It is read as %(name)s since %(at)s.") % {
            "name": organisation_name(found.merged_into), "at": numbers.instant(found.merged_at),
        }  # fmt: skip
        return Seen(organisation_name(found), status, "wait", facts, links, unfit=MERGING)
    number = people.count()
    status = _("%(n)s people act for it.") % {"n": numbers.number(number)} if number else _("Nobody acts for it.")
    unfit = frozenset() if parties.merger_waiting(key) else MERGING - {"propose_merger"}
    return Seen(organisation_name(found), status, "good" if number else "", facts, links, unfit=unfit)


def _person(key: str, person: Any) -> Seen | None:
    found = parties.person_by_uid(key)
    if found is None or not (found.pk == person.pk or parties_access.sits_at(person, "agency", "auditor")):
        return None
    seats = [
        f"{name(role.desk)}{f' · {organisation_name(role.organisation)}' if role.organisation else ''}"
        for role in found.live_roles
    ]
    status = _("Sits at %(n)s desks.") % {"n": numbers.number(len(seats))} if seats else _("Sits at no desk.")
    facts = [(_("Log-in name"), found.username), (_("Desks"), ", ".join(seats) or numbers.NONE)]
    links = [link("person", each.uid, _account_name(each)) for each in parties.accounts_merged_into(found)]
    if links:
        facts.append((_("Accounts of the same person"), ", ".join(label for _href, label in links)))
    if merger := parties.merger_of_person(found):
        status = _("Merged into %(name)s on %(at)s by %(by)s.") % {
            "name": _account_name(merger.into), "at": numbers.instant(merger.confirmed_at),
            "by": person_name(merger.confirmed_by),
        }  # fmt: skip
        links = [link("person", merger.into.uid, _account_name(merger.into))]
        return Seen(person_name(found), status, "wait", facts, links, unfit=SEATING | MERGING_ACCOUNTS)
    waits = parties.person_merger_waiting(key) is not None
    unfit = (
        frozenset({"propose_person_merger"} if waits or not found.is_active else ())
        | (frozenset() if found.is_active else {"set_address"})
        | (frozenset() if waits else MERGING_ACCOUNTS - {"propose_person_merger"})
    )
    return Seen(person_name(found), status, "good" if seats else "", facts, links, unfit=unfit)


def _account_name(person: Any) -> str:
    return f"{person_name(person)} ({person.username})"


KINDS = (
    Kind("month", _month),
    Kind("invoice", _invoice),
    Kind("organisation", _organisation),
    Kind("person", _person),
)
