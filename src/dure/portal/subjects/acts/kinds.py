"""The kinds of subject that a field can name: what this person may see of each, what one is called, how it is searched for."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import LABELS
from dure.cycle.demand.sectors import known_sectors
from dure.cycle.people.tokens import for_tokens
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.about import about_each, heading, judged
from dure.portal.kit.wording.book import book, rule
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import name, person_name
from dure.records.allocation import access as allocation_access
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.funding import access as funding_access
from dure.records.funding import queries as funding
from dure.records.journal import queries as journal
from dure.records.journal.names import InLanguage
from dure.records.outcomes import access as outcomes_access
from dure.records.parties import access as parties_access
from dure.records.parties import queries as parties
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement
from dure.records.review import access as review_access
from dure.records.review import queries as review
from dure.records.settlement import access as settlement_access
from dure.records.settlement import queries as settlement
from dure.records.supply import access as supply_access
from dure.records.supply import queries as supply
from dure.records.titles import with_titles_of_calls


class Records(NamedTuple):
    """Records of one kind: those that a person may see, what one is called, by which field it is named, how words find it.

    `ready` adds to several of them at once what `called` needs and SQL cannot select with them. `known`: those that have a
    name here, where that is more than can be chosen now.
    """

    seen: Callable[[Any], QuerySet[Any]]
    called: Callable[[Any], str]
    key: str = "pk"
    like: Callable[[str], Q] | None = None
    fits: Callable[[str], bool] = bool
    ready: Callable[[list[Any]], None] | None = None
    known: Callable[[Any], QuerySet[Any]] | None = None

    def some(self, person: Any, most: int) -> list[tuple[str, str]]:
        """So many of them, in their order."""
        return self._pairs(self.seen(person)[:most])

    def found(self, person: Any, word: str, most: int) -> list[tuple[str, str]]:
        """Those that the word finds."""
        like = self.like(word) if self.like else Q(**{f"{self.key}__icontains": word})
        return self._pairs(self.seen(person).filter(like)[:most])

    def names(self, person: Any, ids: Iterable[str]) -> dict[str, str]:
        """What these are called, as far as the person may see them."""
        listed = [each for each in ids if self.fits(each)]
        return dict(self._pairs((self.known or self.seen)(person).filter(**{f"{self.key}__in": listed})))

    def _pairs(self, records: Iterable[Any]) -> list[tuple[str, str]]:
        listed = list(records)
        if self.ready is not None:
            self.ready(listed)
        return [(str(getattr(each, self.key)), self.called(each)) for each in listed]


class Words(NamedTuple):
    """Ids of the programme's vocabulary: those that the records or the rules know. `open`: another may be written.

    `known`: for that person; what others typed is theirs until many have.
    """

    known: Callable[[Any], Iterable[str]]
    called: Callable[[str], str] = name
    open: bool = True


def title_of(record: Any) -> str:
    """A record's title in the reader's language."""
    return in_language(record.title)


def organisation_name(organisation: Any) -> str:
    """An organisation's name in the reader's language."""
    return in_language(organisation.name)


def _with_id(called: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda record: f"{called(record)} · {record.pk}"


def _mine(person: Any, found: QuerySet[Any], field: str = "provider") -> QuerySet[Any]:
    """All to those who oversee, their own to providers."""
    if parties_access.may_oversee(person):
        return found
    return found.filter(**{f"{field}__in": parties_access.organisations_of(person, "provider")})


def _until_deadline(call: Any) -> str:
    until = _("until %(at)s") % {"at": numbers.instant(call.closes_at)}
    return f"{title_of(call)} · {until} · {call.pk}"


def _of_grant(grant: Any) -> str:
    return f"{grant.application.title} · {organisation_name(grant.application.organisation)} · {grant.pk}"


def _of_application(application: Any) -> str:
    return f"{application.title} · {organisation_name(application.organisation)} · {application.pk}"


def _of_round(opened: Any) -> str:
    call = f"{title_of(opened.user_call)} · " if opened.user_call else ""
    return f"{call}{_('from %(day)s') % {'day': numbers.date(opened.start_on)}} · {opened.pk}"


def _of_panel(panel: Any) -> str:
    call = panel.t_said or panel.subject
    return f"{call} · {judged(panel.kind)} · {panel.pk}"


def _panels(person: Any) -> QuerySet[Any]:
    return with_titles_of_calls(review_access.visible_panels(person)).distinct().order_by("id")


def _with_abouts(entries: list[Any]) -> None:
    found = about_each(entries)
    for each in entries:
        each.about = found[each.decision, each.subject]


def _of_entry(entry: Any) -> str:
    return f"{entry.seq}. {heading(entry.decision, entry.about)} · {numbers.date(entry.at)}"


def _of_commitment(commitment: Any) -> str:
    return f"{name(commitment.line.name)} · {numbers.money(commitment.amount)} · {commitment.reference}"


def _of_achievement(result: Any) -> str:
    return f"{name(result.kind)} · {result.grant.application.title} · {result.pk}"


def _of_appropriation(appropriation: Any) -> str:
    day = numbers.date(appropriation.appropriated_on)
    return f"{_('appropriation of %(day)s') % {'day': day}} · {numbers.money_short(appropriation.amount)}"


def _of_proposal(proposal: Any) -> str:
    return f"{organisation_name(proposal.provider)} · {proposal.pk}"


def _items(person: Any, kind: str) -> list[str]:
    """The subjects of the panels of that kind that the person may see."""
    return list(review_access.visible_panels(person).filter(kind=kind).values_list("subject", flat=True).distinct())


def _proposals(person: Any) -> QuerySet[Any]:
    return procurement.proposals_to(_items(person, "proposal"), closed_by=timezone.now())


def _applications_judged(person: Any) -> QuerySet[Any]:
    return demand.applications().filter(user_call__in=_items(person, "application"), withdrawn_at=None)


def _official(seen: Callable[[Any], QuerySet[Any]]) -> Callable[[Any], QuerySet[Any]]:
    return lambda person: seen(person) if parties_access.may_oversee(person) else seen(person).none()


def _reviewer(seen: Callable[[Any], QuerySet[Any]]) -> Callable[[Any], QuerySet[Any]]:
    """To those who do not oversee: an evaluator knows an application by its title, and not by who applied."""
    return lambda person: seen(person).none() if parties_access.may_oversee(person) else seen(person)


def _purposes(person: Any) -> list[str]:
    """The purposes that applications name, and those that are refused; nothing where only the refused ones are known."""
    used = _typed("purpose", person)
    return [*used, *_of_rule("eligibility/purposes_refused")] if used else []


def _typed(field: Literal["purpose", "use"], person: Any) -> list[str]:
    """What applications have in that field: all to those who oversee; to others what several organisations wrote."""
    least = 1 if parties_access.may_oversee(person) else demand.SEVERAL
    return demand.values_in_use(field, organisations=least)


def _of_rule(rule_name: str) -> list[str]:
    """The ids that a rule lists today."""
    found = rule(rule_name)
    value = found.on(timezone.localdate()) if found else None
    return [str(each) for each in value.value] if value and isinstance(value.value, list) else []


def _sectors(_person: Any) -> list[str]:
    return known_sectors(book(), on=timezone.localdate())


def _criteria(_person: Any) -> list[str]:
    return sorted({each["id"] for panel in review.panels() for each in panel.criteria})


def _commands(_person: Any) -> list[str]:
    return list(for_tokens())


CALL = Records(lambda _person: procurement.calls(), _with_id(title_of))
USER_CALL = Records(lambda _person: demand.user_calls(), _with_id(title_of))
KINDS: dict[str, tuple[Records, ...] | Words] = {
    "appropriation": (
        Records(
            lambda _person: funding.appropriations(programme=book().programme),
            _of_appropriation,
            key="appropriated_on",
            fits=numbers.is_day,
        ),
    ),
    "call": (CALL,),
    "user_call": (USER_CALL,),
    "any_call": (CALL, USER_CALL),
    "survey": (Records(lambda _person: demand.surveys(), _with_id(title_of)),),
    "round": (Records(lambda _person: allocation.rounds().select_related("user_call"), _of_round),),
    "grant": (
        Records(
            lambda person: allocation_access.visible_grants(person).select_related("application__organisation").order_by("id"),
            _of_grant,
            like=allocation.grants_matching,
        ),
    ),
    "application": (
        Records(
            lambda person: demand_access.visible_applications(person).select_related("organisation").order_by("id"),
            _of_application,
            like=demand.matching,
        ),
    ),
    "pool": (
        Records(
            lambda person: _mine(person, supply.pools().select_related("provider")),
            lambda pool: f"{pool.pk} · {organisation_name(pool.provider)}",
        ),
    ),
    "panel": (Records(_panels, _of_panel),),
    "agreement": (
        Records(
            lambda person: procurement_access.visible_agreements(person).select_related("provider").order_by("id"),
            lambda agreement: f"{organisation_name(agreement.provider)} · {agreement.pk}",
        ),
    ),
    "invoice": (
        Records(
            lambda person: settlement_access.visible_invoices(person).select_related("organisation").order_by("-id"),
            lambda invoice: f"{organisation_name(invoice.organisation)} · {invoice.pk}",
            like=settlement.invoices_matching,
        ),
    ),
    "question": (
        Records(
            procurement_access.visible_questions,
            lambda question: f"{question.pk}. {question.question[:80]}",
            fits=str.isdecimal,
        ),
    ),
    "open_call": (Records(lambda _person: procurement.calls_that_close_after(timezone.now()), _until_deadline),),
    "unclosed_call": (Records(lambda _person: procurement.calls_that_take_questions(timezone.now()), _until_deadline),),
    "open_user_call": (Records(lambda _person: demand.user_calls_that_close_after(timezone.now()), _until_deadline),),
    "call_to_check": (Records(lambda _person: procurement.calls_to_check(timezone.now()), _with_id(title_of)),),
    "proposal_to_check": (
        Records(
            _official(lambda _person: procurement.proposals_to_check(timezone.now())),
            lambda proposal: f"{_of_proposal(proposal)} · {title_of(proposal.call)}",
        ),
    ),
    "closed_call": (Records(lambda _person: procurement.closed_calls(timezone.now()), _with_id(title_of)),),
    "proposal_of_closed_call": (
        Records(
            _official(lambda _person: procurement.proposals_of_closed_calls(timezone.now())),
            lambda proposal: f"{_of_proposal(proposal)} · {title_of(proposal.call)}",
        ),
    ),
    "scoring_panel": (Records(lambda person: _panels(person).filter(locked_at=None), _of_panel),),
    "open_question": (
        Records(
            lambda _person: procurement.open_questions(),
            lambda question: f"{question.pk}. {question.question[:80]}",
            fits=str.isdecimal,
        ),
    ),
    "organisation": (
        Records(
            lambda person: parties_access.visible_organisations(person).order_by(InLanguage("name")),
            organisation_name,
            like=parties.matching,
        ),
    ),
    "person": (
        Records(
            lambda person: parties_access.visible_people(person).filter(is_active=True).order_by("username"),
            lambda person: f"{person_name(person)} · {person.username}",
            key="uid",
            like=parties.people_matching,
            known=parties_access.visible_people,
        ),
    ),
    "site": (Records(lambda person: _mine(person, supply.sites()), lambda site: f"{in_language(site.name)} · {site.pk}"),),
    "cluster": (
        Records(
            lambda person: _mine(person, supply.clusters().select_related("provider")),
            lambda cluster: f"{cluster.pk} · {organisation_name(cluster.provider)}",
        ),
    ),
    "order": (
        Records(
            lambda person: supply_access.visible_orders(person).select_related("agreement__provider").order_by("id"),
            lambda order: f"{order.pk} · {organisation_name(order.agreement.provider)}",
        ),
    ),
    "delivery": (
        Records(
            lambda person: supply_access.visible_deliveries(person).select_related("cluster").order_by("id"),
            lambda delivery: f"{delivery.pk} · {delivery.cluster_id}",
        ),
    ),
    "server": (
        Records(
            lambda person: supply_access.visible_servers(person).order_by("id"),
            lambda server: str(server.pk),
            like=supply.servers_matching,
        ),
    ),
    "waiting_server": (
        Records(
            lambda person: supply_access.visible_servers(person).filter(in_service_from=None).order_by("id"),
            lambda server: str(server.pk),
            like=supply.servers_matching,
        ),
    ),
    "pending_entry": (Records(lambda _person: journal.pending(), _of_entry, key="seq", fits=str.isdecimal, ready=_with_abouts),),
    "provisioning_entry": (
        Records(
            lambda _person: journal.approved(decision="provisioning").order_by("-seq"),
            _of_entry,
            key="seq",
            fits=str.isdecimal,
            ready=_with_abouts,
        ),
    ),
    "commitment": (
        Records(
            lambda person: funding.commitments() if funding_access.may_see_payments(person) else funding.commitments().none(),
            _of_commitment,
            key="reference",
        ),
    ),
    "achievement": (
        Records(
            lambda person: outcomes_access.visible_achievements(person).select_related("grant__application").order_by("id"),
            _of_achievement,
        ),
    ),
    "token": (
        Records(
            lambda person: parties_access.visible_tokens(person).filter(revoked_at=None).select_related("person").order_by("pk"),
            lambda token: f"{token.name} · {person_name(token.person)}",
        ),
    ),
    "proposal": (Records(_official(lambda person: procurement_access.visible_proposals(person).order_by("id")), _of_proposal),),
    "item": (
        Records(_proposals, _of_proposal),
        Records(_official(_applications_judged), _of_application),
        Records(_reviewer(_applications_judged), lambda application: f"{application.title} · {application.pk}"),
    ),
    "gpu_model": Words(lambda _person: supply.gpu_models(), called=str, open=False),
    "milestone": Words(lambda _person: [each.key for each in supply.milestones(programme=book().programme)]),
    "sector": Words(_sectors, open=False),
    "purpose": Words(_purposes),
    "use": Words(lambda person: _typed("use", person)),
    "support": Words(lambda _person: _of_rule("eligibility/double_support_refused")),
    "organisation_kind": Words(lambda _person: [*parties.values_in_use("kind"), *_of_rule("eligibility/kinds")]),
    "organisation_size": Words(lambda _person: parties.values_in_use("size")),
    "region": Words(lambda _person: parties.values_in_use("region")),
    "criterion": Words(_criteria),
    "command": Words(_commands, called=lambda key: _(LABELS[key]) if key in LABELS else key, open=False),
}
