"""What the table that tells databases apart refuses."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "installation_ends_after_it_began": gettext_noop("An installation cannot be finished before it began."),
    "installation_has_its_programme": gettext_noop("An installation is of one programme, or a demo of it."),
    "installation_is_one": gettext_noop("A database holds one installation."),
}
TRIGGERS = ()
