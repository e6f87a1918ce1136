"""Notices to people, how each person wants them, and the outbox of mail."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from dure.records.journal.fields import SecretField
from dure.records.parties.models import Person


class Way(models.TextChoices):
    """How a person is told: on the pages alone, in the mail of the day as well, or by a mail at once."""

    PORTAL = "portal"
    DIGEST = "digest"
    AT_ONCE = "at_once"


class Mail(models.Model):
    """A mail in the outbox, added in the transaction that causes it. Its text is made from the records when it is sent.

    `message_id`: fixed from the beginning, so that a receiver takes it once however often it is tried. `enclosed`: a secret that
    the mail brings, under the secret key of the deployment; gone once it is sent. `due_at`: not tried before.
    """

    id = models.CharField(primary_key=True, max_length=32)
    message_id = models.CharField(max_length=250, unique=True)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    to = models.EmailField()
    language = models.CharField(max_length=8)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="mails")
    enclosed = models.TextField(blank=True)
    urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=400, blank=True, help_text="What the last attempt met with.")

    class Meta:
        ordering: ClassVar = ["-made_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["-urgent", "due_at", "id"], condition=Q(sent_at=None, given_up_at=None), name="mail_that_waits"),
            models.Index(fields=["person", "kind", "-made_at"], name="mail_by_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(to="") & ~Q(kind=""), name="mail_has_an_address"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None, enclosed=""), name="mail_is_sent_or_given_up"),
            models.CheckConstraint(condition=Q(claimed_at=None) | Q(attempts__gte=1), name="mail_counts_its_attempts"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class Notification(models.Model):
    """One person is told one thing, once. `kind`: a key of `cycle.notifying.kinds`; `about`: the subject as KIND/ID.

    `facts`: what the text needs and no record tells later. `cause`: what made it, so that it is made once.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    cause = models.CharField(max_length=80)
    urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True, help_text="By when the person has to act.")
    way = models.CharField(max_length=8, choices=Way.choices)
    mail = models.ForeignKey(Mail, null=True, blank=True, on_delete=models.PROTECT, related_name="notifications")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-made_at", "-id"], name="notification_by_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["person"], condition=Q(mail=None, way="digest", read_at=None), name="notification_for_digest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "about", "cause"], name="notification_is_made_once"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="notification_goes_a_known_way"),
            models.CheckConstraint(condition=Q(read_at=None) | Q(read_at__gte=F("made_at")), name="notification_is_read_after"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class Preference(models.Model):
    """How one person wants to be told. `ways`: by kind, where it is not the usual way; `hour`: of the mail of the day.

    `zone`: where that hour counts, a name of the tz database. `calendar_digest`: SHA-256 of the secret in the calendar's address.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="preference")
    language = models.CharField(max_length=8)
    hour = models.SmallIntegerField(default=8)
    zone = models.CharField(max_length=64)
    ways = models.JSONField(default=dict)
    digested_on = models.DateField(null=True, blank=True, help_text="Day of the last mail of the day.")
    calendar_digest = SecretField(max_length=64, unique=True, null=True, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="preference_hour_is_of_the_day"),
            models.CheckConstraint(
                condition=Q(calendar_digest=None) | Q(calendar_digest__regex=r"^[0-9a-f]{64}$"),
                name="calendar_is_known_by_its_sha256",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"
