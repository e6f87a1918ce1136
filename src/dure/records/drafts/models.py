"""What a person has typed into a form and not yet sent: one draft per person, command and subject."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """The inputs of one form by name. `displaced`: what another window had saved when this one saved over it."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts")
    command = models.CharField(max_length=60)
    about = models.CharField(
        max_length=200, blank=True, help_text="KIND/ID of the subject; empty where the form began without one."
    )
    inputs = models.JSONField(help_text="What was typed, by the name of the input.")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    displaced = models.JSONField(null=True, help_text="Inputs that another window had saved last; null where there were none.")
    displaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-saved_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "command", "about"], name="draft_once_per_person_and_subject"),
            models.CheckConstraint(condition=~Q(command=""), name="draft_has_a_command"),
            models.CheckConstraint(
                condition=Q(displaced__isnull=True, displaced_at__isnull=True)
                | Q(displaced__isnull=False, displaced_at__isnull=False),
                name="draft_displaced_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.about}".strip()
