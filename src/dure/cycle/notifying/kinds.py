"""The kinds of notice: how each usually reaches a person, and whether it is urgent."""

from typing import Literal, NamedTuple

Way = Literal["portal", "digest", "at_once"]
WAYS: tuple[Way, ...] = ("portal", "digest", "at_once")
HOUR = 8  # of the mail of the day, unless a person says otherwise


class Kind(NamedTuple):
    """One kind of notice. Urgent ones never stay on the pages alone: who wants fewer mails gets them in the mail of the day."""

    key: str
    usual: Way
    urgent: bool = False

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways that a person can choose for it."""
        return WAYS[1:] if self.urgent else WAYS

    def way(self, wanted: str | None) -> Way:
        """The way that it goes for somebody who wants that one, or has never said."""
        return next((each for each in self.ways if each == wanted), self.ways[0] if wanted == "portal" else self.usual)


KINDS = (
    Kind("role_given", "digest"),
    Kind("role_ended", "at_once"),
    Kind("role_to_confirm", "digest"),
    Kind("renewal_to_confirm", "at_once"),
    Kind("registration_asked", "digest"),
    Kind("merger_to_confirm", "digest"),
    Kind("person_merger_to_confirm", "digest"),
    Kind("application_judged", "at_once"),
    Kind("grant_given", "at_once", urgent=True),
    Kind("grant_ending", "digest"),
    Kind("report_asked", "at_once"),
    Kind("grant_lost", "at_once", urgent=True),
    Kind("notice_of_reclaim", "at_once", urgent=True),
    Kind("answer_given", "digest"),
    Kind("answer_judged", "at_once"),
    Kind("appeal_opened", "at_once"),
    Kind("appeal_closed", "at_once", urgent=True),
    Kind("decision_waiting", "digest"),
    Kind("decision_approved", "digest"),
    Kind("decision_refused", "at_once"),
    Kind("invoice_issued", "at_once"),
    Kind("invoice_due", "at_once", urgent=True),
    Kind("invoice_overdue", "at_once", urgent=True),
    Kind("panel_seat", "at_once"),
    Kind("panel_papers", "digest"),
    Kind("extension_to_confirm", "digest"),
    Kind("deadline_moved", "at_once"),
    Kind("clocks_not_agreed", "at_once", urgent=True),
    Kind("question_asked", "digest"),
    Kind("question_answered", "at_once"),
    Kind("proposal_checked", "at_once"),
    Kind("proposal_selected", "at_once"),
    Kind("proposal_not_selected", "at_once"),
    Kind("agreement_signed", "at_once"),
    Kind("agreement_amended", "at_once"),
    Kind("bulk_reading", "at_once", urgent=True),
    Kind("file_ready", "portal"),
    Kind("file_failed", "portal"),
    Kind("log_in_on_new_device", "at_once", urgent=True),
    Kind("log_in_changed", "at_once", urgent=True),
    Kind("address_changed", "at_once", urgent=True),
)
BY_KEY = {each.key: each for each in KINDS}
