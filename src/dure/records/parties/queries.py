"""Finds organisations and people."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dure.records.parties.models import Organisation, Person, Role, SavedView, Token


def organisations(*, kind: str | None = None, desk: str | None = None, search: str = "") -> QuerySet[Organisation]:
    """Organisations by id; `desk`: those for which someone sits at that desk now."""
    found = Organisation.objects.all()
    if kind is not None:
        found = found.filter(kind=kind)
    if desk is not None:
        found = found.filter(roles__desk=desk, roles__ended_at=None).distinct()
    if search:
        found = found.filter(Q(name_ko__icontains=search) | Q(name_en__icontains=search) | Q(id__icontains=search))
    return found.order_by("id")


def organisation(organisation_id: str) -> Organisation | None:
    """That organisation, or nothing."""
    return Organisation.objects.filter(pk=organisation_id).first()


def organisations_by_id(ids: "list[str] | set[str] | tuple[str, ...]") -> dict[str, Organisation]:
    """Those organisations, by id."""
    return Organisation.objects.in_bulk(list(ids))


def acting_as_one(ids: Iterable[str]) -> set[str]:
    """These organisations with all that have the same beneficial owner, and the owners themselves."""
    own = set(ids)
    owners = own | set(Organisation.objects.filter(pk__in=own).exclude(group="").values_list("group", flat=True))
    return owners | set(Organisation.objects.filter(group__in=owners).values_list("pk", flat=True))


def person(username: str) -> Person | None:
    """That person, or nothing; the password is read only where it is asked for, since not every log-in may read it."""
    return Person.objects.filter(username=username).defer("password").first()


def can_log_in(desk: str) -> bool:
    """Is there anybody at that desk who has a way to log in?"""
    found = Person.objects.filter(is_active=True, roles__desk=desk, roles__ended_at=None)
    return found.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exclude(password="").exists()


def person_by_uid(uid: str) -> Person | None:
    """The person of that stable id, or nothing."""
    return Person.objects.filter(uid=uid).defer("password").first()


def people(*, desk: str | None = None, organisation_id: str | None = None) -> QuerySet[Person]:
    """Active people, by the desk at which they sit now and for whom."""
    held: dict[str, str] = {}
    if desk is not None:
        held["roles__desk"] = desk
    if organisation_id is not None:
        held["roles__organisation"] = organisation_id
    found = Person.objects.filter(is_active=True)
    return (found.filter(roles__ended_at=None, **held).distinct() if held else found).order_by("username")


def read_roles(people: Iterable[Person]) -> None:
    """Read the live roles of all these people in one statement, instead of one for each."""
    unread = [each for each in people if "live_roles" not in vars(each)]
    held: dict[int, list[Role]] = {each.pk: [] for each in unread}
    if held:
        for role in Role.objects.filter(person__in=list(held), ended_at=None).select_related("organisation").order_by("id"):
            held[role.person_id].append(role)
    for each in unread:
        vars(each)["live_roles"] = tuple(held[each.pk])


def token(token_id: str) -> Token | None:
    """The token of that id, or nothing."""
    return Token.objects.select_related("person").filter(pk=token_id).first()


def live_token(digest: str, *, at: dt.datetime) -> Token | None:
    """The token of that SHA-256 if it can be used then: neither expired nor revoked, and its owner active."""
    found = Token.objects.select_related("person").filter(digest=digest, person__is_active=True)
    return found.filter(made_at__lte=at, expires_at__gt=at, revoked_at=None).first()


def values_in_use(field: Literal["kind", "size", "region"]) -> list[str]:
    """The values that organisations have in that field, each once."""
    return list(Organisation.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct())


def matching(word: str) -> Q:
    """Organisations whose id or name holds the word; initial consonants of Hangul stand for their syllables."""
    return Q(words__contains=word.lower())


def organisations_matching(word: str) -> QuerySet[Organisation, Any]:
    """The ids of these organisations, for a condition on what belongs to them."""
    return Organisation.objects.filter(matching(word)).values("pk")


def people_matching(word: str) -> Q:
    """People whose log-in name or name holds the word."""
    return Q(username__icontains=word) | Q(name_ko__icontains=word) | Q(name_en__icontains=word)


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
    held = Role.objects.filter(organisation=OuterRef("pk"), ended_at=None).order_by().values("organisation")
    return found.annotate(people_now=Coalesce(Subquery(held.annotate(n=Count("person", distinct=True)).values("n")), 0))


def people_with_desks() -> QuerySet[Person]:
    """Everyone, with `desks_now` and the names of `organisations_now`, as text."""
    held = Role.objects.filter(person=OuterRef("pk"), ended_at=None).order_by().values("person")
    return Person.objects.annotate(
        desks_now=Subquery(held.annotate(all=ArrayAgg("desk", distinct=True, order_by="desk")).values("all")),
        organisations_now=Subquery(
            held.filter(organisation__isnull=False)
            .annotate(all=StringAgg("organisation__name_ko", ", ", distinct=True, order_by="organisation__name_ko"))
            .values("all")
        ),
    )


def sits_at_now(desk: str) -> Q:
    """People who sit at that desk today."""
    return Q(Exists(Role.objects.filter(person=OuterRef("pk"), desk=desk, ended_at=None)))


def views_of(person: Any, lists: list[str]) -> list[SavedView]:
    """The person's saved views of these lists, by name."""
    return list(SavedView.objects.filter(person=person, list__in=lists).order_by("name", "id"))


def view(view_id: str, *, list_key: str, person: Any) -> SavedView | None:
    """That view of that list, where it is the person's own or shared; nothing else."""
    return SavedView.objects.filter(Q(person=person) | Q(shared=True), pk=view_id, list=list_key).first()


def view_owner(view_id: str) -> str:
    """The stable id of whose view it is; empty where there is none."""
    return SavedView.objects.filter(pk=view_id).values_list("person__uid", flat=True).first() or ""
