"""Opens calls, takes in proposals, records awards, signs and amends agreements."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from dure.formats.canonical import digest
from dure.formats.errors import BadInput
from dure.records.journal.approved import require_approved
from dure.records.journal.models import Entry
from dure.records.parties.models import Organisation
from dure.records.procurement.models import AgreedAward, Agreement, AgreementVersion, Award, Call, Extension, Proposal, Question


def open_call(
    *,
    id: str,
    title: Mapping[str, str],
    budget_amount: int,
    opened_at: dt.datetime,
    closes_at: dt.datetime,
    briefing_at: dt.datetime | None = None,
) -> Call:
    """Open a call for providers."""
    return Call.objects.create(
        id=id,
        title=dict(title),
        budget_amount=budget_amount,
        opened_at=opened_at,
        closes_at=closes_at,
        briefing_at=briefing_at,
    )


def hold_call(call_id: str) -> None:
    """Lock the call and its deadline until the transaction ends, after waiting for a transaction that changes them."""
    Call.objects.select_for_update().filter(pk=call_id).first()


@transaction.atomic
def propose_extension(*, call: Call, closes_at: dt.datetime, reason: str, by: Any, at: dt.datetime) -> Extension:
    """Propose a later deadline with its public reason."""
    locked = Call.objects.select_for_update().get(pk=call.pk)
    _require_later(locked, closes_at, at)
    return Extension.objects.create(call=locked, closes_at=closes_at, reason=reason, proposed_by=by, proposed_at=at)


@transaction.atomic
def confirm_extension(*, call: Call, closes_at: dt.datetime, by: Any, at: dt.datetime) -> Call:
    """Move the deadline as it was proposed; by another person than proposed it, and before it has passed."""
    locked = Call.objects.select_for_update().get(pk=call.pk)
    waiting = Extension.objects.filter(call=locked, closes_at=closes_at, confirmed_at=None).order_by("-id").first()
    if waiting is None:
        raise BadInput(
            "nobody has proposed that deadline.",
            where=f"call {call.pk}",
            todo="Propose it with its reason first.",
            code="no_extension",
        )
    if waiting.proposed_by_id in by.as_one:
        raise BadInput("you proposed it.", where=f"call {call.pk}", todo="Another person confirms it.", code="four_eyes")
    _require_later(locked, waiting.closes_at, at)
    waiting.confirmed_by, waiting.confirmed_at = by, at
    waiting.save(update_fields=["confirmed_by", "confirmed_at"])
    locked.closes_at = waiting.closes_at
    locked.save(update_fields=["closes_at"])
    return locked


def _require_later(call: Call, closes_at: dt.datetime, at: dt.datetime) -> None:
    if closes_at <= call.closes_at:
        raise BadInput("a deadline only moves later.", where=f"call {call.pk}", code="not_later")
    if at >= call.closes_at:
        raise BadInput("the deadline has passed.", where=f"call {call.pk}", code="not_now")


def ask_question(*, call: Call, question: str, asked_by: Any = None, at: dt.datetime | None = None) -> Question:
    """Record a question about a call."""
    return Question.objects.create(call=call, question=question, asked_by=asked_by, asked_at=at or timezone.now())


def answer_question(*, question: Question, answer: str, at: dt.datetime | None = None) -> Question:
    """Publish the answer to a question."""
    question.answer, question.answered_at = answer, at or timezone.now()
    question.save(update_fields=["answer", "answered_at"])
    return question


@transaction.atomic
def submit_proposal(
    *,
    call: Call,
    id: str,
    provider: Organisation | str,
    content: Any,
    at: dt.datetime | None = None,
) -> Proposal:
    """Take in a proposal before the deadline; a provider's later one supersedes its earlier one."""
    provider_id = provider.pk if isinstance(provider, Organisation) else provider
    locked = Call.objects.select_for_update().get(pk=call.pk)
    at = at or timezone.now()
    if not locked.opened_at <= at < locked.closes_at:
        raise BadInput(
            f"the call takes proposals from {locked.opened_at} until before {locked.closes_at}.",
            where=f"call {call.pk}",
            code="not_now",
        )
    version = Proposal.objects.filter(call=locked, provider_id=provider_id).count() + 1
    return Proposal.objects.create(
        id=id, call=locked, provider_id=provider_id, version=version, submitted_at=at, content=content, digest=digest(content)
    )


@transaction.atomic
def record_awards(*, call: Call, awards: Iterable[Mapping[str, Any]], entry: Entry, awarded_on: dt.date) -> list[Award]:
    """Carry out an approved portfolio.

    Each award is `{proposal, lot, servers, own_use_servers, price_amount, gpus_per_server, gpu_model?}`.
    All or none: the call's row is locked, and its budget is never exceeded.
    """
    require_approved(entry, "portfolio")
    listed = [dict(award) for award in awards]
    locked = Call.objects.select_for_update().get(pk=call.pk)
    wanted = sum(award["price_amount"] for award in listed)
    if wanted > locked.room_amount:
        raise BadInput(
            f"awards of {wanted:,} exceed the {locked.room_amount:,} that are left of {locked.budget_amount:,}.",
            where=f"call {call.pk}",
            code="beyond_budget",
        )
    made = [
        Award(call=locked, proposal_id=award.pop("proposal"), awarded_on=awarded_on, entry=entry, **award)
        for award in sorted(listed, key=lambda award: (award["proposal"], award["lot"]))
    ]
    return Award.objects.bulk_create(made)


@transaction.atomic
def sign_agreement(
    *,
    id: str,
    provider: Organisation | str,
    awards: Iterable[Award],
    signed_on: dt.date,
    **terms: Any,
) -> Agreement:
    """Sign an agreement over awards of one provider; `terms`: starts_on, ends_on, owner, user_right, own_use_share, terms."""
    provider_id = provider.pk if isinstance(provider, Organisation) else provider
    listed = list(Award.objects.filter(pk__in=[award.pk for award in awards]).select_related("proposal").order_by("id"))
    if not listed:
        raise BadInput("an agreement is about at least one award.", where=f"agreement {id}", code="nothing_awarded")
    agreement = Agreement.objects.create(id=id, call_id=listed[0].call_id, provider_id=provider_id, signed_on=signed_on)
    AgreedAward.objects.bulk_create(AgreedAward(agreement=agreement, award=award) for award in listed)
    AgreementVersion.objects.create(agreement=agreement, version=1, agreed_on=signed_on, **terms)
    return agreement


@transaction.atomic
def amend_agreement(*, agreement: Agreement, agreed_on: dt.date, reason: str, **changes: Any) -> AgreementVersion:
    """Add a version with those terms changed; the earlier ones stay."""
    Call.objects.select_for_update().get(pk=agreement.call_id)
    last = AgreementVersion.objects.filter(agreement=agreement).order_by("-version").first()
    if last is None:
        raise BadInput("has no terms to amend.", where=f"agreement {agreement.pk}", code="no_terms")
    kept = ("starts_on", "ends_on", "owner", "user_right", "own_use_share", "terms")
    fields = {name: getattr(last, name) for name in kept} | changes
    return AgreementVersion.objects.create(
        agreement=agreement, version=last.version + 1, agreed_on=agreed_on, reason=reason, **fields
    )
