"""People by stable id: where they sat and when, their keys, what they signed and stated; and the log with its heads."""

from dure.records.evidence.models import Head, Leaf, Receipt, SignedAnswer, SigningKey
from dure.records.evidence.parts.kinds import Part
from dure.records.journal.models import Signature, Statement
from dure.records.parties.models import Organisation, Role

PARTS = (
    Part(
        "organisations",
        lambda _at: Organisation.objects.order_by("id"),
        "id kind size region group youth_led domestic merged_into=merged_into_id merged_at",
    ),
    Part(
        "roles",
        lambda _at: Role.objects.order_by("id"),
        "person=person__uid desk organisation=organisation_id given_at given_by=given_by__uid confirmed_at "
        "confirmed_by=confirmed_by__uid alone until ended_at",
    ),
    Part("keys", lambda _at: SigningKey.objects.order_by("id"), "id person=person__uid public registered_at ended_at"),
    Part(
        "signed_answers",
        lambda _at: SignedAnswer.objects.order_by("entry_id", "key_id"),
        "entry=entry_id key=key_id statement signature authenticator_data client_data",
    ),
    Part("signatures", lambda _at: Signature.objects.order_by("id"), "entry=entry_id who=who__uid at"),
    Part(
        "statements",
        lambda _at: Statement.objects.order_by("id"),
        "kind subject content=content_id stated_by=stated_by__uid stated_at",
    ),
    Part("log", lambda _at: Leaf.objects.order_by("place"), "place entry=entry_id act=act_id"),
    Part("heads", lambda _at: Head.objects.order_by("size"), "statement signature"),
    Part("receipts", lambda _at: Receipt.objects.order_by("head_id", "witness"), "witness statement signature"),
)
