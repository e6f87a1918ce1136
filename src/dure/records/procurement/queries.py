"""Reads calls, proposals, awards and agreements with their terms in force."""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from dure.records.journal.models import Entry, Kind
from dure.records.journal.names import InLanguage, holds
from dure.records.procurement.models import Agreement, AgreementVersion, Award, Call, Extension, Proposal, Question


def call_titles() -> list[tuple[str, str]]:
    """Id and title of every call, the one that opened last first."""
    return list(Call.objects.order_by("-opened_at", "-id").values_list("pk", InLanguage("title")))


def calls() -> QuerySet[Call]:
    """Calls by the day they opened, each with whether its selection was `decided`."""
    return Call.objects.annotate(decided=Exists(_selections(OuterRef("pk"))))


def _selections(call: Any) -> QuerySet[Entry]:
    """The approved selections of that call. One may award nothing."""
    return Entry.objects.filter(decision="portfolio", subject=call, kind=Kind.RECOMMENDATION, answer__kind=Kind.APPROVAL)


def selections(call_id: str) -> list[int]:
    """The journal entries by which that call was decided, in order."""
    return list(_selections(call_id).order_by("seq").values_list("seq", flat=True))


def with_figures(calls: QuerySet[Call], now: dt.datetime) -> QuerySet[Call]:
    """Calls with their `progress` (`unopened`, `open` or `closed`) and `offers`: how many providers made a proposal.

    Before a call has closed nobody learns how many there are: `offers` is NULL.
    """
    made = Proposal.objects.filter(call=OuterRef("pk")).order_by().values("call")
    counted = Subquery(made.annotate(number=Count("provider", distinct=True)).values("number"))
    return calls.annotate(
        progress=Case(
            When(opened_at__gt=now, then=Value("unopened")),
            When(closes_at__gt=now, then=Value("open")),
            default=Value("closed"),
            output_field=CharField(),
        ),
        offers=Case(When(closes_at__lte=now, then=Coalesce(counted, 0)), default=None, output_field=IntegerField()),
    )


def with_own(calls: QuerySet[Call], providers: Collection[str]) -> QuerySet[Call]:
    """Calls with `own`: the version in which these providers have proposed last; NULL where they have not."""
    mine = Proposal.objects.filter(call=OuterRef("pk"), provider__in=list(providers)).order_by("-version")
    return calls.annotate(own=Subquery(mine.values("version")[:1]))


def with_state(proposals: QuerySet[Proposal], now: dt.datetime) -> QuerySet[Proposal]:
    """Proposals with their `state`: `replaced`, `sealed` until the deadline, `judged`, `awarded` or `not_awarded`."""
    newer = Proposal.objects.filter(call=OuterRef("call"), provider=OuterRef("provider"), version__gt=OuterRef("version"))
    return proposals.annotate(
        state=Case(
            When(Exists(newer), then=Value("replaced")),
            When(call__closes_at__gt=now, then=Value("sealed")),
            When(Exists(Award.objects.filter(proposal=OuterRef("pk"))), then=Value("awarded")),
            When(Exists(_selections(OuterRef("call"))), then=Value("not_awarded")),
            default=Value("judged"),
            output_field=CharField(),
        )
    )


def calls_that_take_questions(at: dt.datetime) -> QuerySet[Call]:
    """Calls whose deadline is still to come, also those that have not opened yet."""
    return Call.objects.filter(closes_at__gt=at).order_by("closes_at", "pk")


def calls_to_check(at: dt.datetime) -> QuerySet[Call]:
    """Calls that have closed and whose awards are still to be made, the latest first."""
    found = Call.objects.filter(closes_at__lte=at).exclude(Exists(Award.objects.filter(call=OuterRef("pk"))))
    return found.order_by("-closes_at", "pk")


def closed_calls(at: dt.datetime) -> QuerySet[Call]:
    """Calls that had closed by then, the latest first."""
    return Call.objects.filter(closes_at__lte=at).order_by("-closes_at", "pk")


def calls_matching(word: str) -> Q:
    """Calls whose id or title holds the word."""
    return Q(pk__icontains=word) | holds("title", word)


def call(call_id: str) -> Call | None:
    """That call as `calls` gives it, or nothing."""
    return calls().filter(pk=call_id).first()


def extensions(call_id: str) -> QuerySet[Extension]:
    """The deadlines that were proposed for the call, each with its public reason, in order."""
    return Extension.objects.filter(call=call_id).select_related("proposed_by", "confirmed_by").order_by("id")


def extensions_waiting(person: Any, *, at: dt.datetime) -> list[str]:
    """The open calls for which that person has proposed a later deadline that nobody has confirmed."""
    found = Extension.objects.filter(proposed_by=person, confirmed_at=None, call__closes_at__gt=at)
    return list(found.filter(closes_at__gt=F("call__closes_at")).order_by("call").values_list("call", flat=True).distinct())


def published_questions() -> QuerySet[Question]:
    """Questions that were answered, call by call in the order asked."""
    return Question.objects.filter(answered_at__isnull=False).select_related("call").order_by("call", "asked_at", "id")


def open_questions() -> QuerySet[Question]:
    """Questions without an answer, in the order asked."""
    return Question.objects.filter(answered_at=None).select_related("call")


def question(number: int) -> Question | None:
    """That question, or nothing."""
    return Question.objects.select_related("call").filter(pk=number).first()


def proposals(call: Call) -> QuerySet[Proposal]:
    """The latest version of each provider's proposal. Ask `access` who may see them."""
    return _counting().filter(call=call).select_related("provider").order_by("id")


def proposals_by_id(ids: Collection[str]) -> QuerySet[Proposal]:
    """Those proposals."""
    return Proposal.objects.filter(pk__in=list(ids)).order_by("id")


def proposals_to_check(at: dt.datetime) -> QuerySet[Proposal]:
    """Proposals that count, of calls that have closed and whose awards are still to be made; the latest call first."""
    found = _counting().filter(call__closes_at__lte=at).exclude(Exists(Award.objects.filter(call=OuterRef("call"))))
    return found.select_related("call", "provider").order_by("-call__closes_at", "call", "id")


def proposals_of_decided_calls() -> QuerySet[Proposal]:
    """The latest version of each provider's proposal to calls that are decided, with awards or without, over all calls."""
    return _counting().filter(Exists(_selections(OuterRef("call"))))


def proposals_of_closed_calls(at: dt.datetime) -> QuerySet[Proposal]:
    """The latest version of each provider's proposal to calls that had closed by then, over all calls; the latest call first."""
    return _counting().filter(call__closes_at__lte=at).order_by("-call__closes_at", "call", "id")


def open_proposals(ids: Collection[str]) -> list[str]:
    """Those of these ids that are proposals to calls that are not decided, whose providers are not named yet."""
    found = Proposal.objects.filter(~Exists(_selections(OuterRef("call"))), pk__in=list(ids))
    return sorted(found.values_list("pk", flat=True)) if ids else []


def _counting() -> QuerySet[Proposal]:
    newer = Proposal.objects.filter(call=OuterRef("call"), provider=OuterRef("provider"), version__gt=OuterRef("version"))
    return Proposal.objects.filter(~Exists(newer))


def proposals_to(calls: Iterable[str], *, closed_by: dt.datetime) -> QuerySet[Proposal]:
    """Every version of every proposal to those of these calls that had closed by then."""
    found = Proposal.objects.filter(call__in=list(calls), call__closes_at__lte=closed_by)
    return found.select_related("provider").order_by("id")


def proposal(proposal_id: str) -> Proposal | None:
    """That proposal, or nothing."""
    return Proposal.objects.filter(pk=proposal_id).select_related("provider", "call").first()


def is_proposal_of(call_id: str, proposal_id: str) -> bool:
    """Does that proposal count in that call: handed in to it, and replaced by no later version?"""
    return _counting().filter(pk=proposal_id, call=call_id).exists()


def awards(*, call: Call | None = None, provider_id: str | None = None) -> QuerySet[Award]:
    """Awards with their proposals, providers and agreements."""
    found = Award.objects.select_related("proposal__provider", "agreed__agreement")
    if call is not None:
        found = found.filter(call=call)
    return (found if provider_id is None else found.filter(proposal__provider=provider_id)).order_by("proposal", "lot")


def awarded_servers(agreement: Agreement) -> dict[str, int]:
    """The servers that the agreement is about, by GPU model."""
    found = Award.objects.filter(agreed__agreement=agreement).order_by("gpu_model").values("gpu_model")
    return {each["gpu_model"]: each["total"] for each in found.annotate(total=Sum("servers"))}


def awarding_entries(call_id: str) -> frozenset[int]:
    """The journal entries by which something was awarded in that call."""
    return frozenset(Award.objects.filter(call=call_id).order_by().values_list("entry_id", flat=True).distinct())


def selecting_entry(call_id: str) -> int | None:
    """The journal entry of the call's last awards; where nothing was awarded, of the selection that said so; or nothing."""
    last = Award.objects.filter(call=call_id).order_by("-entry__answer__seq").values_list("entry_id", flat=True).first()
    return last or next(reversed(selections(call_id)), None)


def award_totals(call: Call) -> dict[str, int]:
    """Sums over the call's awards: servers, GPUs, public GPUs, own-use GPUs and price."""
    sums = Award.objects.filter(call=call).aggregate(
        all_servers=Sum("servers"),
        all_gpus=Sum(F("servers") * F("gpus_per_server")),
        own_gpus=Sum(F("own_use_servers") * F("gpus_per_server")),
        all_amounts=Sum("price_amount"),
    )
    servers, gpus, own, amount = (int(value or 0) for value in sums.values())
    return {"servers": servers, "gpus": gpus, "public_gpus": gpus - own, "own_use_gpus": own, "price_amount": amount}


def agreements(*, provider_id: str | None = None, call: Call | None = None) -> QuerySet[Agreement]:
    """Agreements with all versions (oldest first), in two queries for any number of them."""
    versions = Prefetch("versions", AgreementVersion.objects.order_by("version"))
    found = Agreement.objects.select_related("provider", "call").prefetch_related(versions)
    if call is not None:
        found = found.filter(call=call)
    return found if provider_id is None else found.filter(provider=provider_id)


def agreement(agreement_id: str) -> Agreement | None:
    """That agreement, or nothing."""
    return agreements().filter(pk=agreement_id).first()


def providers_of(proposal_ids: Iterable[str]) -> set[str]:
    """The organisations whose proposals these are."""
    return set(Proposal.objects.filter(pk__in=list(proposal_ids)).values_list("provider", flat=True))


def terms_in_force(agreement: Agreement) -> AgreementVersion | None:
    """The latest version of the terms."""
    versions = list(agreement.versions.all())
    return max(versions, key=lambda version: version.version, default=None)


def terms_of(agreements: QuerySet[Agreement]) -> QuerySet[AgreementVersion]:
    """The terms in force of these agreements: the latest version of each."""
    newer = AgreementVersion.objects.filter(agreement=OuterRef("agreement"), version__gt=OuterRef("version"))
    return AgreementVersion.objects.filter(~Exists(newer), agreement__in=agreements)


def own_use_shares() -> dict[str, str]:
    """The contracted own-use share in force per provider: its largest, where it has several agreements."""
    shares: dict[str, str] = {}
    for each in agreements():
        terms = terms_in_force(each)
        if terms and (each.provider_id not in shares or _above(terms.own_use_share, shares[each.provider_id])):
            shares[each.provider_id] = terms.own_use_share
    return shares


def _above(left: str, right: str) -> bool:
    return Decimal(left) > Decimal(right)


def calls_of_both(some: Collection[str], others: Collection[str]) -> list[str]:
    """Calls in which organisations of both sides have a proposal."""
    first = Proposal.objects.filter(provider__in=some).values("call")
    return sorted(set(Proposal.objects.filter(provider__in=others, call__in=first).values_list("call", flat=True)))


def calls_that_close_after(at: dt.datetime) -> QuerySet[Call]:
    """Calls that have opened, and whose deadline is still to come."""
    return Call.objects.filter(opened_at__lte=at, closes_at__gt=at).order_by("closes_at", "pk")


def proposals_of(providers: Collection[str]) -> int:
    """How many proposals these providers have made, as far as the reader sees them."""
    return Proposal.objects.filter(provider__in=providers).count()


def agreements_of(providers: Collection[str]) -> int:
    """How many agreements these providers have."""
    return Agreement.objects.filter(provider__in=providers).count()
