"""What the table of readings refuses."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "reading_says_of_whom": gettext_noop("An entry of the access log names whose data it was, or says that it was a whole list."),
    "reading_says_what_and_why": gettext_noop("An entry of the access log says what was shown, where, and for what purpose."),
}
TRIGGERS = (gettext_noop("a reading stays on record for two years: % is refused"),)
