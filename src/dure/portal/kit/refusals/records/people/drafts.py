"""What the tables of drafts refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "draft_displaced_has_its_time": gettext_noop("A draft that another window replaced must say when it was replaced."),
    "draft_has_a_command": gettext_noop("A draft must belong to an act."),
    "draft_once_per_person_and_subject": gettext_noop("You have a draft of this act already. Open that one."),
    "drafts_draft_version_check": gettext_noop("The version of a draft cannot be negative."),
}
TRIGGERS = ()
