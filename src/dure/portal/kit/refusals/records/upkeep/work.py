"""What the table of work in the background refuses."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "job_ends_in_one_way": gettext_noop("Work in the background is done, failed or cancelled, and only once it has ended."),
    "job_has_its_queue": gettext_noop("Work in the background needs a kind, a subject and a queue."),
    "job_is_done_once_at_a_time": gettext_noop("This work has been asked for already, and is not done yet."),
    "work_job_attempts_check": gettext_noop("Work in the background cannot have been begun fewer than 0 times."),
    "job_is_within_its_total": gettext_noop("Work in the background cannot have done more than there is to do."),
}
TRIGGERS = (gettext_noop("job % has ended and stays as it is"),)
