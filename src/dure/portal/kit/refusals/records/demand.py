"""What the tables of demand refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "application_is_withdrawn_after_it_came_in": gettext_noop("An application is withdrawn after it came in."),
    "application_pod_is_known": gettext_noop("Choose whether one pod is required, preferred or not needed."),
    "application_quantities_are_possible": gettext_noop(
        "The servers and weeks asked for do not fit together. Check the smallest number, and the earliest and latest week."
    ),
    "eligibility_once_per_entry": gettext_noop("This decision has judged the application already."),
    "estimate_is_in_its_interval": gettext_noop("An estimate must lie within its interval."),
    "estimate_once_per_entry": gettext_noop("This decision has an estimate of the survey already."),
    "frame_cell_is_not_empty": gettext_noop("Each cell of the frame needs at least one organisation."),
    "frame_cell_is_unique": gettext_noop("The frame has a cell of this sector and size already."),
    "response_is_not_negative": gettext_noop("Servers, weeks and price in a survey answer cannot be negative."),
    "response_repeats_another": gettext_noop("An answer cannot repeat itself."),
    "survey_is_possible": gettext_noop("The survey's days or numbers are not possible."),
    "survey_has_a_title": gettext_noop("A survey needs a title."),
    "user_call_has_a_title": gettext_noop("A user call needs a title."),
    "user_call_is_possible": gettext_noop("The user call's times or numbers are not possible."),
}
TRIGGERS = (
    gettext_noop("the deadline of user call % only moves later"),
    gettext_noop("user call % takes applications from % until before %"),
    gettext_noop("application % is withdrawn once, before the deadline"),
    gettext_noop("application % names at least one GPU model, each with its value as decimal text"),
)
