"""What a person has typed into a form and not yet sent: one draft per person, command and subject."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """The inputs of one form by name. `displaced`: what other windows had saved when one of them saved over it."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts")
    command = models.CharField(max_length=60)
    about = models.CharField(
        max_length=200, blank=True, help_text="KIND/ID of each subject that its form names; empty where it names none."
    )
    inputs = models.JSONField(help_text="What was typed, by the name of the input.")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    displaced = models.JSONField(
        default=list,
        help_text="What other windows had saved that was saved over: version, moment and inputs of each, the last last.",
    )

    class Meta:
        ordering: ClassVar = ["-saved_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "command", "about"], name="draft_once_per_person_and_subject"),
            models.CheckConstraint(condition=~Q(command=""), name="draft_has_a_command"),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.about}".strip()
