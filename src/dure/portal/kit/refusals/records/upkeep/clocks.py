"""What the tables of clocks refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "comparison_names_its_source": gettext_noop("A comparison of clocks names its source."),
    "comparison_has_an_offset_or_says_why_not": gettext_noop("A comparison of clocks has an offset, or says why it has none."),
    "postponement_is_made_once": gettext_noop("The outage rule has moved this deadline already."),
    "postponement_moves_later_in_time": gettext_noop("The outage rule moves a deadline later, and before it has passed."),
    "postponement_says_what_is_wrong": gettext_noop("The outage rule moves a deadline only where clocks are in doubt."),
}
TRIGGERS = (
    gettext_noop("% is not the deadline of %"),
    gettext_noop("the outage rule moves the deadline of % in its last hour alone, and once moved in its last ten minutes"),
    gettext_noop("the rule book does not move the deadline of % to %"),
    gettext_noop("comparisons of clocks do not move the deadline of %: they say %"),
    gettext_noop("the outage rule moves the deadline of % by an act in the same transaction"),
    gettext_noop("an act has a person, but for what the outage rule does"),
)
