"""What the tables of explanations refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "explanation_has_its_part": gettext_noop("An explanation must say which part of a decision it explains."),
    "explanation_once_per_part_and_language": gettext_noop("This part of the decision has been explained in this language."),
    "piece_once_per_key": gettext_noop("The explanation holds these values already."),
    "row_has_its_place": gettext_noop("A row of an explanation must have its place."),
    "row_once_per_place": gettext_noop("The explanation holds a row at this place already."),
}
TRIGGERS = ()
