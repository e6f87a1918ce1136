"""Organisations, people, and the desks at which they sit."""

import datetime as dt
import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, TextField
from django.db.models.functions import Lower, Now
from django.utils.crypto import salted_hmac

from dure.records.journal.fields import SecretField
from dure.records.journal.names import InWords, Names, said, usually
from dure.records.parties.mergers import Merger, PersonMerger  # noqa: F401 - tables of this app, which Django finds here
from dure.records.parties.words import Words


class Desk(models.TextChoices):
    """One desk per kind of person."""

    MINISTRY = "ministry"
    AGENCY = "agency"
    REVIEWER = "reviewer"
    PROVIDER = "provider"
    APPLICANT = "applicant"
    OPERATOR = "operator"
    AUDITOR = "auditor"


LONGEST_TOKEN = dt.timedelta(days=90)
LONGEST_INVITATION = dt.timedelta(days=30)
LONGEST_RENEWAL = dt.timedelta(days=3)
ORGANISATIONAL_DESKS = (Desk.PROVIDER, Desk.APPLICANT)
OFFICIAL_DESKS = (Desk.MINISTRY, Desk.AGENCY, Desk.OPERATOR, Desk.AUDITOR, Desk.REVIEWER)
TO_SIT_ALONE = dt.timedelta(days=7)  # before the only official left can seat a second alone; stands in a trigger, too


def live(prefix: str = "") -> Q:
    """Of roles those that give something now: confirmed, not ended, and not past their last instant."""
    ends = Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": Now()})
    return Q(**{f"{prefix}ended_at": None, f"{prefix}confirmed_at__isnull": False}) & ends


class Organisation(models.Model):
    """A body that bids, applies, operates or decides. `group`: the beneficial owner, where several act as one.

    `number`: of its registration, without separators. `merged_into`: the one that it turned out to be, which is merged into
    none; `joined`: the ids of those that turned out to be this one.
    """

    id = models.CharField(primary_key=True, max_length=160)
    name = Names()
    kind = models.CharField(max_length=40, db_index=True)
    size = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=40, blank=True)
    youth_led = models.BooleanField(default=False)
    domestic = models.BooleanField(default=True)
    group = models.CharField(max_length=160, blank=True)
    synthetic = models.BooleanField(default=False)
    number = models.CharField(max_length=40, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(null=True, blank=True)
    joined = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    words = models.GeneratedField(expression=Words.of("id", InWords(F("name"))), output_field=TextField(), db_persist=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(id="") & said("name"), name="organisation_has_a_name"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="organisation_number_is_one_organisations"),
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None)
                | (Q(merged_into__isnull=False, merged_at__isnull=False, joined=[]) & ~Q(merged_into=F("id"))),
                name="organisation_is_merged_into_another_once",
            ),
        ]

    def __str__(self) -> str:
        return usually(self.name)

    @property
    def as_one(self) -> frozenset[str]:
        """The ids under which the records know this organisation: its own, and those of all that are the same by now."""
        stays = self.merged_into or self
        return frozenset({stays.pk, *stays.joined})


def new_uid() -> str:
    """A stable id for a person who was given none."""
    return uuid.uuid4().hex


class Person(AbstractBaseUser):
    """Someone who can be named: files, approves, scores, applies. `uid` never changes; the log-in name may.

    `merged_into`: the account of the same person that stays, of one that was closed for it; that one is merged into none.
    """

    password = SecretField("password", max_length=128)
    uid = models.CharField(max_length=160, unique=True, default=new_uid)
    username = models.CharField(max_length=80, unique=True)
    name = Names()
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    sessions_ended = models.IntegerField(default=0, help_text="How often all sessions were ended at once.")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = BaseUserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(username=""), name="person_has_a_username"),
            models.CheckConstraint(condition=said("name"), name="person_has_a_name"),
            models.CheckConstraint(condition=~Q(uid=""), name="person_has_an_id"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(is_active=False) & ~Q(merged_into=F("id"))),
                name="person_is_merged_into_another_and_closed",
            ),
            models.UniqueConstraint(Lower("username"), name="person_alone_has_a_log_in_name"),
        ]

    def __str__(self) -> str:
        return f"{usually(self.name)} ({self.username})"

    @property
    def name_in_words(self) -> str:
        """The name in all languages, which no password may be like."""
        return " ".join((self.name or {}).values())

    @cached_property
    def as_one(self) -> frozenset[int]:
        """The numbers of all accounts of this person: wherever another person is asked for, none of these is another."""
        stays = self.merged_into_id or self.pk
        return frozenset({stays, *Person.objects.filter(merged_into=stays).values_list("pk", flat=True)})

    @cached_property
    def live_roles(self) -> "tuple[Role, ...]":
        """The roles that this person holds now; read once, or with many people at once (`queries.read_roles`)."""
        return tuple(self.roles.filter(live()).select_related("organisation__merged_into").order_by("id"))

    @cached_property
    def desks(self) -> frozenset[str]:
        return frozenset(role.desk for role in self.live_roles)

    @cached_property
    def organisation_ids(self) -> frozenset[str]:
        """The organisations for which this person may act, under whatever id the records know them."""
        return frozenset(each for role in self.live_roles if role.organisation for each in role.organisation.as_one)

    def organisations_at(self, desk: str) -> frozenset[str]:
        """The organisations for which this person sits at that desk."""
        return frozenset(
            each for role in self.live_roles if role.desk == desk and role.organisation for each in role.organisation.as_one
        )

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must hold to be valid: another password, or ending all sessions, makes it another."""
        salt, value = "dure.records.parties.Person.session", f"{self.password} {self.sessions_ended}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_staff(self) -> bool:
        """May open the look-only admin, where a deployment has one."""
        return bool(self.desks & {Desk.AUDITOR, Desk.OPERATOR})

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """The admin shows and never changes; everything else asks the `access` modules."""
        del obj
        return self.is_staff and perm.rpartition(".")[2].startswith("view_")

    def has_module_perms(self, app_label: str) -> bool:
        del app_label
        return self.is_staff


class Role(models.Model):
    """A person sits at a desk, for an organisation where the desk belongs to one.

    An official's role is given by one person and confirmed by another, and gives nothing before; `alone`: the only
    administrator seated the second. `until`: its last instant, of a delegation.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    desk = models.CharField(max_length=16, choices=Desk.choices)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="roles")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    alone = models.BooleanField(default=False)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(desk__in=Desk.values), name="role_desk_is_known"),
            models.CheckConstraint(
                condition=Q(given_by=None) | Q(confirmed_by=None) | ~Q(given_by=F("confirmed_by")),
                name="role_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(desk__in=OFFICIAL_DESKS)
                | Q(given_by=None)
                | Q(confirmed_at=None)
                | Q(alone=True)
                | Q(confirmed_by__isnull=False),
                name="role_of_official_has_two_people",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("given_at")), name="role_lasts_some_time"),
            models.CheckConstraint(
                condition=~Q(desk__in=ORGANISATIONAL_DESKS) | Q(organisation__isnull=False),
                name="role_of_provider_or_applicant_has_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("given_at")), name="role_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["person", "desk", "organisation"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="role_is_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.desk} {self.organisation_id or ''}".strip()


class Invitation(models.Model):
    """A link by which one person gets a role and a way to log in: known by its SHA-256 only, used once, until it expires.

    `invited_by`: nobody for the first administrator, whom the installation lets in.
    """

    id = models.CharField(primary_key=True, max_length=16)
    digest = SecretField(max_length=64, unique=True)
    name = Names()
    email = models.EmailField(blank=True)
    desk = models.CharField(max_length=16, choices=Desk.choices)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    until = models.DateTimeField(null=True, blank=True, help_text="Last instant of the role.")
    invited_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation")

    class Meta:
        ordering: ClassVar = ["-made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$", digest__startswith=F("id")), name="invitation_is_known_by_its_sha256"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST_INVITATION),
                name="invitation_expires_within_30_days",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, person=None)
                | Q(accepted_at__isnull=False, person__isnull=False, withdrawn_at=None, accepted_at__lte=F("expires_at")),
                name="invitation_is_accepted_once_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(desk__in=ORGANISATIONAL_DESKS) | Q(organisation__isnull=False),
                name="invitation_to_provider_or_applicant_has_an_organisation",
            ),
            models.CheckConstraint(condition=said("name"), name="invitation_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {usually(self.name)}"


class Renewal(models.Model):
    """A link by which a person who lost every way to log in gets a new one: known by its SHA-256 only, used once, for days.

    An official's opens nothing before a second person has confirmed it; `alone`: there was only one who could.
    """

    id = models.CharField(primary_key=True, max_length=16)
    digest = SecretField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="renewals")
    reason = models.TextField(max_length=4000)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    of_official = models.BooleanField()
    alone = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$", digest__startswith=F("id")), name="renewal_is_known_by_its_sha256"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST_RENEWAL),
                name="renewal_expires_within_3_days",
            ),
            models.CheckConstraint(
                condition=~Q(made_by=F("person"))
                & (
                    Q(confirmed_by=None, confirmed_at=None)
                    | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("made_by")) & ~Q(confirmed_by=F("person")))
                ),
                name="renewal_is_made_and_confirmed_by_others",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None)
                | (
                    Q(withdrawn_at=None, used_at__lte=F("expires_at"))
                    & (Q(of_official=False) | Q(alone=True) | Q(confirmed_by__isnull=False))
                ),
                name="renewal_is_used_in_time_and_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.person_id}"


class Token(models.Model):
    """What a program shows to act for a person: known by its SHA-256 only, within a scope, until it expires or is revoked."""

    id = models.CharField(primary_key=True, max_length=16)
    digest = SecretField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=120)
    read = models.BooleanField(help_text="May read what its owner may read.")
    commands = ArrayField(models.CharField(max_length=160), default=list, blank=True, help_text="Commands that it may carry out.")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["person", "made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$", digest__startswith=F("id")), name="token_is_known_by_its_sha256"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST_TOKEN),
                name="token_expires_within_90_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


class SavedView(models.Model):
    """A list as one person likes to see it, under a name: search, filters, order and columns as an address has them."""

    id = models.CharField(primary_key=True, max_length=32)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="views")
    list = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.TextField(max_length=4000, blank=True)
    shared = models.BooleanField(default=False, help_text="Whoever has the link may open it; rows stay each reader's own.")
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "list", "name"], name="view_name_is_unique"),
            models.CheckConstraint(condition=~Q(list="") & ~Q(name=""), name="view_has_list_and_name"),
        ]

    def __str__(self) -> str:
        return f"{self.list}: {self.name}"
