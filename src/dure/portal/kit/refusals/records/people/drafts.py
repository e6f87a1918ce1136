"""What the tables of drafts refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "draft_has_a_command": gettext_noop("A draft must belong to an act."),
    "draft_once_per_person_and_subject": gettext_noop("You have a draft of this act already. Open that one."),
    "drafts_draft_version_check": gettext_noop("The version of a draft cannot be negative."),
}
TRIGGERS = ()
