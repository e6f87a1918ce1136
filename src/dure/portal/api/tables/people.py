"""Resources: who takes part, and what they did."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from dure.cycle.commands.registry import COMMANDS
from dure.portal.api.resource import ID, NAME, Field, Resource, by
from dure.records.journal import access as journal_access
from dure.records.journal import queries as journal
from dure.records.parties import access as parties

_SEALED_DESKS = {"provider", "reviewer"}


def _acts(person: Any) -> QuerySet[Any]:
    """What bidders and evaluators alone do stays sealed from others: not even how many acts there are is told before the time."""
    if not journal_access.may_read(person):
        return journal.acts().filter(person=person.pk)
    sealed = [row.name for row in COMMANDS if {seat.desk for seat in row.by} <= _SEALED_DESKS]
    return journal.acts().filter(~Q(command__in=sealed) | Q(person=person.pk))


def _entries(person: Any) -> QuerySet[Any]:
    found = journal.entries()
    return found if journal_access.may_read(person) else found.none()


RESOURCES: tuple[Resource, ...] = (
    Resource(
        "organisations",
        gettext_noop("Organisations that bid, apply, operate or decide."),
        parties.visible_organisations,
        (
            ID,
            NAME,
            by("kind", "kind, an id of the vocabulary"),
            by("size", "size class; empty where none applies"),
            by("region", "region; empty when not recorded"),
            Field("youth_led", "recognised as led by young founders"),
            Field("domestic", "registered in the programme's country"),
            Field("group", "beneficial owner; empty where it acts alone"),
            Field("synthetic", "invented for a demonstration or a rehearsal"),
        ),
        kind="organisation",
    ),
    Resource(
        "people",
        gettext_noop("People who can be named."),
        parties.visible_people,
        (
            Field("id", "stable id", "uid"),
            by("username", "log-in name; may change"),
            NAME,
            Field("email", "address for notifications"),
            by("active", "can log in", "is_active"),
        ),
        kind="person",
        order=("uid",),
    ),
    Resource(
        "tokens",
        gettext_noop("Tokens by which programs act for people; never the token itself."),
        parties.visible_tokens,
        (
            Field("id", "first 16 characters of its SHA-256"),
            by("person", "stable id of its owner", "person__uid"),
            Field("name", "what it is for"),
            Field("read", "may read what its owner may read"),
            Field("commands", "commands in its scope"),
            by("made_at", "instant of making"),
            by("expires_at", "last instant of its use"),
            Field("revoked_at", "instant of its end; null while it was not revoked"),
        ),
        kind="token",
    ),
    Resource(
        "entries",
        gettext_noop("The journal: recommendations and their answers, without the documents."),
        _entries,
        (
            Field("id", "number in the chain", "seq"),
            by("kind", "recommendation, approval or refusal"),
            by("stage", "stage"),
            by("decision", "decision"),
            by("subject", "subject"),
            Field("format_version", "version of the documents' format"),
            by("at", "instant of filing"),
            by("who", "stable id of the person", "who__uid"),
            Field("facts_digest", "SHA-256 of the facts; null in an answer", "facts_id"),
            Field("rules_digest", "SHA-256 of the rules; null in an answer", "rules_id"),
            Field("recommendation_digest", "SHA-256 of the recommendation; null in an answer", "recommendation_id"),
            Field("refers_to", "entry that it answers; null in a recommendation", "refers_to_id"),
            Field("note", "note of an answer"),
            Field("code_version", "version of the code"),
            Field("previous_hash", "hash of the entry before"),
            Field("hash", "its hash"),
        ),
        kind="entry",
        order=("seq",),
    ),
    Resource(
        "acts",
        gettext_noop("Commands as they were carried out: all to officials and auditors, their own to others."),
        _acts,
        (
            Field("id", "number of the act"),
            by("command", "name of the command"),
            by("about", "subject as KIND/ID"),
            by("person", "stable id of the person; null where the worker did it, by a rule", "person__uid"),
            by("at", "instant of the act"),
            by("via", "door by which it came"),
            Field("input_digest", "SHA-256 of the input", "input_id"),
            Field("result", "what it returned"),
            Field("code_version", "version of the code"),
        ),
    ),
)
