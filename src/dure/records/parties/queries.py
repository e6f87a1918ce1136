"""Finds organisations and people."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from dure.records.journal.names import InLanguage, holds
from dure.records.journal.readers import Named, is_named
from dure.records.parties.mergers import Merger, PersonMerger
from dure.records.parties.models import (
    OFFICIAL_DESKS,
    TO_SIT_ALONE,
    Desk,
    Invitation,
    Organisation,
    Person,
    Renewal,
    Role,
    SavedView,
    Token,
    live,
)


def organisations(*, kind: str | None = None, desk: str | None = None, search: str = "") -> QuerySet[Organisation]:
    """Organisations by id; `desk`: those for which someone sits at that desk now."""
    found = Organisation.objects.all()
    if kind is not None:
        found = found.filter(kind=kind)
    if desk is not None:
        found = found.filter(live("roles__"), roles__desk=desk).distinct()
    if search:
        found = found.filter(matching(search))
    return found.order_by("id")


def organisation(organisation_id: str) -> Organisation | None:
    """That organisation, or nothing."""
    return Organisation.objects.filter(pk=organisation_id).first()


def organisations_by_id(ids: "list[str] | set[str] | tuple[str, ...]") -> dict[str, Organisation]:
    """Those organisations, by id."""
    return Organisation.objects.in_bulk(list(ids))


def merged() -> dict[str, str]:
    """By each organisation that turned out to be another, the one that it is."""
    return {pk: into for pk, into in Organisation.objects.exclude(merged_into=None).values_list("pk", "merged_into") if into}


def organisation_of_number(number: str) -> Organisation | None:
    """The organisation with that registration number, as it is called by now, or nothing."""
    found = Organisation.objects.select_related("merged_into").filter(number=number).first() if number else None
    return found and (found.merged_into or found)


def merger_waiting(organisation_id: str, *, lock: bool = False) -> Merger | None:
    """The proposal to merge that organisation into another that nobody has answered."""
    found = Merger.objects.select_for_update(of=("self",)) if lock else Merger.objects.all()
    found = found.filter(organisation=organisation_id, confirmed_at=None, dropped_at=None)
    return found.select_related("organisation", "into", "proposed_by").first()


def mergers() -> QuerySet[Merger]:
    """All proposals to merge, the latest first."""
    return Merger.objects.select_related("organisation", "into", "proposed_by", "confirmed_by").order_by("-proposed_at", "-id")


def person_merger_waiting(uid: str, *, lock: bool = False) -> PersonMerger | None:
    """The proposal to read that account as another that nobody has answered."""
    found = PersonMerger.objects.select_for_update(of=("self",)) if lock else PersonMerger.objects.all()
    found = found.filter(person__uid=uid, confirmed_at=None, dropped_at=None)
    return found.select_related("person", "into", "proposed_by").first()


def person_mergers() -> QuerySet[PersonMerger]:
    """All proposals to read one account as another, the latest first."""
    found = PersonMerger.objects.select_related("person", "into", "proposed_by", "confirmed_by")
    return found.order_by("-proposed_at", "-id")


def merger_of_person(person: Any) -> PersonMerger | None:
    """By what that account is read as another; nothing where it stands on its own."""
    return person_mergers().filter(person=person, confirmed_at__isnull=False).first()


def accounts_merged_into(person: Any) -> QuerySet[Person]:
    """The accounts that turned out to be that person's, too."""
    return Person.objects.filter(merged_into=person).defer("password").order_by("username")


def waits_of(person: Any, *, at: dt.datetime) -> dict[str, str]:
    """By kind the first thing that this person began here and no second person has answered; a merger of their own is none."""
    waiting = {"proposed_by": person, "confirmed_at": None, "dropped_at": None}
    renewals = Renewal.objects.filter(made_by=person, of_official=True, alone=False, confirmed_by=None)
    found = {
        "role": roles_to_confirm().filter(given_by=person).values_list("person__uid", flat=True),
        "organisation": Merger.objects.filter(**waiting).values_list("organisation_id", flat=True),
        "account": PersonMerger.objects.filter(**waiting).exclude(person=person).values_list("person__uid", flat=True),
        "renewal": renewals.filter(used_at=None, withdrawn_at=None, expires_at__gt=at).values_list("person__uid", flat=True),
    }
    return {kind: first for kind, each in found.items() if (first := each.first())}


def acting_as_one(ids: Iterable[str]) -> set[str]:
    """These organisations with all that have the same beneficial owner, and the owners themselves."""
    own = set(ids)
    merged = dict(Organisation.objects.filter(pk__in=own).exclude(merged_into=None).values_list("pk", "merged_into"))
    stay = {merged.get(each) or each for each in own}
    owners = own | stay
    for joined, group in Organisation.objects.filter(pk__in=stay).values_list("joined", "group"):
        owners |= {*joined, group} - {""}
    return owners | set(Organisation.objects.filter(group__in=owners).values_list("pk", flat=True))


def person(username: str) -> Person | None:
    """That person, or nothing; the password is read only where it is asked for, since not every log-in may read it."""
    return Person.objects.filter(username=username).defer("password").first()


def person_by_uid(uid: str) -> Person | None:
    """The person of that stable id, or nothing."""
    return Person.objects.filter(uid=uid).defer("password").first()


def people_by_uid(uids: Iterable[str]) -> dict[str, Person]:
    """These people, by their stable ids; passwords are not read."""
    return {each.uid: each for each in Person.objects.filter(uid__in=list(uids)).defer("password")}


def people(
    *, desk: str | None = None, organisation_id: str | None = None, organisation_ids: Iterable[str] | None = None
) -> QuerySet[Person]:
    """Active people, by the desk at which they sit now and for whom: one organisation, or any of several."""
    held: dict[str, Any] = {}
    if desk is not None:
        held["roles__desk"] = desk
    if organisation_id is not None:
        held["roles__organisation"] = organisation_id
    if organisation_ids is not None:
        held["roles__organisation__in"] = list(organisation_ids)
    found = Person.objects.filter(is_active=True)
    return (found.filter(live("roles__"), **held).distinct() if held else found).order_by("username")


def people_acting_for(organisation_ids: Iterable[str]) -> QuerySet[Person]:
    """Who sits at any desk for one of these organisations, active or not."""
    return Person.objects.filter(live("roles__"), roles__organisation__in=list(organisation_ids)).order_by().distinct()


def read_roles(people: Iterable[Person]) -> None:
    """Read the live roles of all these people in one statement, instead of one for each."""
    unread = [each for each in people if "live_roles" not in vars(each)]
    held: dict[int, list[Role]] = {each.pk: [] for each in unread}
    if held:
        for role in Role.objects.filter(live(), person__in=list(held)).select_related("organisation__merged_into").order_by("id"):
            held[role.person_id].append(role)
    for each in unread:
        vars(each)["live_roles"] = tuple(held[each.pk])


def token(token_id: str) -> Token | None:
    """The token of that id, or nothing."""
    return Token.objects.select_related("person").filter(pk=token_id).first()


def reads_all() -> bool:
    """Does whoever reads on this connection see the rows of every organisation?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT parties_reads_all()")
        return bool(cursor.fetchone()[0])


def live_token(digest: str, *, at: dt.datetime) -> Token | None:
    """The token of that SHA-256 if it can be used then: neither expired nor revoked, and its owner active.

    Its owner reads on this connection from now on.
    """
    tokens = Token.objects.select_related("person").filter(digest=digest, person__is_active=True)
    found = tokens.filter(made_at__lte=at, expires_at__gt=at, revoked_at=None).annotate(named=Named("person_id")).first()
    if found is not None:
        is_named()
    return found


def values_in_use(field: Literal["kind", "size", "region"]) -> list[str]:
    """The values that organisations have in that field, each once."""
    return list(Organisation.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct())


def matching(word: str) -> Q:
    """Organisations whose id or name holds the word; initial consonants of Hangul stand for their syllables."""
    return Q(words__contains=word.lower())


def organisation_ids(*, beginning: str) -> list[str]:
    """The ids of organisations that begin so."""
    return list(Organisation.objects.filter(pk__startswith=beginning).order_by("pk").values_list("pk", flat=True))


def organisations_matching(word: str) -> QuerySet[Organisation, Any]:
    """The ids of these organisations, for a condition on what belongs to them."""
    return Organisation.objects.filter(matching(word)).values("pk")


def people_matching(word: str) -> Q:
    """People whose log-in name or name holds the word."""
    return Q(username__icontains=word) | holds("name", word)


def kinds() -> list[str]:
    """The kinds of organisation that there are, by skipping from value to value in the index."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS)
        return [row[0] for row in cursor.fetchall()]


_KINDS = """
WITH RECURSIVE each(kind) AS (
  (SELECT kind FROM parties_organisation ORDER BY kind LIMIT 1)
  UNION ALL
  SELECT (SELECT o.kind FROM parties_organisation o WHERE o.kind > each.kind ORDER BY o.kind LIMIT 1)
  FROM each WHERE each.kind IS NOT NULL
)
SELECT kind FROM each WHERE kind IS NOT NULL
"""


def with_counts(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Organisations with `people_now`: who acts for each today."""
    held = Role.objects.filter(live(), organisation=OuterRef("pk")).order_by().values("organisation")
    return found.annotate(people_now=Coalesce(Subquery(held.annotate(n=Count("person", distinct=True)).values("n")), 0))


def people_with_desks() -> QuerySet[Person]:
    """Everyone, with `desks_now`, and their organisations as text in `organisations_now`."""
    held = Role.objects.filter(live(), person=OuterRef("pk")).order_by().values("person")
    called = InLanguage("organisation__name")
    named = held.filter(organisation__isnull=False).annotate(all=StringAgg(called, ", ", distinct=True, order_by=called))
    return Person.objects.annotate(
        desks_now=Subquery(held.annotate(all=ArrayAgg("desk", distinct=True, order_by="desk")).values("all")),
        organisations_now=Subquery(named.values("all")),
    )


def sits_at_now(desk: str) -> Q:
    """People who sit at that desk today."""
    return Q(Exists(Role.objects.filter(live(), person=OuterRef("pk"), desk=desk)))


def views_of(person: Any, lists: list[str]) -> list[SavedView]:
    """The person's saved views of these lists, by name."""
    return list(SavedView.objects.filter(person=person, list__in=lists).order_by("name", "id"))


def view(view_id: str, *, list_key: str, person: Any) -> SavedView | None:
    """That view of that list, where it is the person's own or shared; nothing else."""
    return SavedView.objects.filter(Q(person=person) | Q(shared=True), pk=view_id, list=list_key).first()


def view_owner(view_id: str) -> str:
    """The stable id of whose view it is; empty where there is none."""
    return SavedView.objects.filter(pk=view_id).values_list("person__uid", flat=True).first() or ""


def open_invitation(digest: str, *, at: dt.datetime, lock: bool = False) -> Invitation | None:
    """The invitation of that SHA-256 if it can be accepted then; `lock`: nobody else accepts it meanwhile."""
    found = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects.all()
    found = found.filter(_role_lasts(at), digest=digest, accepted_at=None, withdrawn_at=None, made_at__lte=at, expires_at__gt=at)
    return found.select_related("organisation", "invited_by").first()


def invitation(invitation_id: str) -> Invitation | None:
    """The invitation of that id, or nothing."""
    return Invitation.objects.select_related("organisation", "invited_by").filter(pk=invitation_id).first()


def invitations() -> QuerySet[Invitation]:
    """All invitations, the latest first."""
    return Invitation.objects.select_related("organisation", "invited_by").order_by("-made_at", "id")


def open_invitations(*, at: dt.datetime) -> QuerySet[Invitation]:
    """Those that nobody has accepted or withdrawn, that have not expired, and whose role would not be over."""
    found = Invitation.objects.filter(_role_lasts(at), accepted_at=None, withdrawn_at=None, expires_at__gt=at)
    return found.select_related("organisation", "invited_by")


def _role_lasts(at: dt.datetime) -> Q:
    return Q(until=None) | Q(until__gt=at)


def renewal(renewal_id: str, *, lock: bool = False) -> Renewal | None:
    """The renewal of that id, or nothing; `lock`: nobody else changes it meanwhile."""
    found = Renewal.objects.select_for_update(of=("self",)) if lock else Renewal.objects.all()
    return found.select_related("person", "made_by").filter(pk=renewal_id).first()


def renewal_that_opens(digest: str, *, at: dt.datetime, lock: bool = False) -> Renewal | None:
    """The renewal of that SHA-256 if it opens then: in time, not used or withdrawn, and confirmed where that is asked for.

    Who has got a desk of an official since it was made needs another one, which is confirmed.
    """
    found = Renewal.objects.select_for_update(of=("self",)) if lock else Renewal.objects.all()
    given = Role.objects.filter(person=OuterRef("person"), desk__in=OFFICIAL_DESKS, ended_at=None)
    official = Exists(given.filter(Q(until=None) | Q(until__gt=at)))
    confirmed = Q(of_official=False) & ~official | Q(alone=True) | Q(confirmed_by__isnull=False)
    open_ = Q(used_at=None, withdrawn_at=None, made_at__lte=at, expires_at__gt=at, person__is_active=True)
    return found.select_related("person").filter(confirmed & open_, digest=digest).first()


def renewals() -> QuerySet[Renewal]:
    """All renewals, in the order in which they were made."""
    return Renewal.objects.select_related("person", "made_by").order_by("made_at", "id")


def open_renewals(*, at: dt.datetime) -> QuerySet[Renewal]:
    """Those that nobody has used or withdrawn, and that have not expired."""
    found = Renewal.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)
    return found.select_related("person", "made_by").order_by("made_at", "id")


def holds_official_role(person: Person, *, at: dt.datetime) -> bool:
    """Does the person sit at an official's desk then, or wait to?"""
    held = Role.objects.filter(person=person, desk__in=OFFICIAL_DESKS, ended_at=None)
    return held.filter(_role_lasts(at)).exists()


def roles_to_confirm() -> QuerySet[Role]:
    """Roles of officials that one person has given and no second one has confirmed."""
    found = Role.objects.filter(ended_at=None, confirmed_at=None)
    return found.select_related("person", "given_by", "organisation").order_by("given_at", "id")


def an_administrator_can_log_in() -> bool:
    """Has anybody who sits at the agency's desk now a password, a passkey or a linked identity?"""
    password = ~Q(password="") & ~Q(password__startswith="!")  # noqa: S106 - what Django writes where there is none
    ways = password | Q(authenticator__isnull=False) | Q(socialaccount__isnull=False)
    return people(desk=Desk.AGENCY).filter(ways).exists()


def lasting_administrators() -> QuerySet[Person]:
    """Who can seat others for good: active people at the agency's desk whose role has no last day."""
    held = Role.objects.filter(live(), person=OuterRef("pk"), desk=Desk.AGENCY, until=None)
    return Person.objects.filter(Exists(held), is_active=True)


def officials() -> QuerySet[Person]:
    """Who can confirm a role: active people at the agency's or the ministry's desk."""
    held = Role.objects.filter(live(), person=OuterRef("pk"), desk__in=(Desk.AGENCY, Desk.MINISTRY))
    return Person.objects.filter(Exists(held), is_active=True)


def officials_lately(*, at: dt.datetime) -> QuerySet[Person]:
    """Who can confirm a role, or could within the time that must pass before another sits there in their place."""
    last = Least("ended_at", "until")
    held = Role.objects.filter(person=OuterRef("pk"), desk__in=(Desk.AGENCY, Desk.MINISTRY), confirmed_at__isnull=False)
    return Person.objects.filter(Exists(held.annotate(last=last).filter(Q(last=None) | Q(last__gt=at - TO_SIT_ALONE))))


def username_is_taken(username: str) -> bool:
    """Has somebody this log-in name, in whatever letters?"""
    return Person.objects.filter(username__iexact=username).exists()


def next_number() -> int:
    """A number that no row of a person has or will have but by this call."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('parties_person', 'id'))")
        return int(cursor.fetchone()[0])
