"""What the tables of outcomes refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "achievement_is_possible": gettext_noop("Choose a known kind of result; its number and revenue cannot be negative."),
    "achievement_is_verified_by_someone_with_evidence": gettext_noop("A result is verified by somebody, with its evidence."),
    "achievement_was_achieved_before_reported": gettext_noop("A result is achieved on the day of its report or before."),
    "report_once_per_due_day": gettext_noop("A report is due on that day already."),
    "result_is_possible": gettext_noop(
        "The results and missing reports of a sector cannot be negative, and its share must lie between 0 and 1."
    ),
    "result_once_per_sector": gettext_noop("This decision has a result of the sector already."),
}
TRIGGERS = (
    gettext_noop("a report that was asked for or received is kept as it is"),
    gettext_noop("a verified achievement is kept as it is"),
)
