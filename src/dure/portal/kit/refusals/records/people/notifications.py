"""What the tables of notices and mail refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "calendar_is_known_by_its_sha256": gettext_noop("A calendar is known by the SHA-256 digest of its secret."),
    "mail_counts_its_attempts": gettext_noop("A mail that was claimed counts its attempts."),
    "mail_has_an_address": gettext_noop("A mail needs a kind and an address."),
    "mail_is_sent_or_given_up": gettext_noop("A mail is sent, or given up, and keeps no secret afterwards."),
    "notification_goes_a_known_way": gettext_noop("A notice comes on the pages, in the mail of the day or at once."),
    "notification_is_made_once": gettext_noop("The person has been told this already."),
    "notification_is_read_after": gettext_noop("A notice cannot be read before it was made."),
    "notifications_mail_message_id_key": gettext_noop("There is a mail with this Message-ID already."),
    "notifications_preference_calendar_digest_key": gettext_noop("There is a calendar with this digest already. Make a new one."),
    "notifications_preference_person_id_key": gettext_noop("The person's wishes for notices are kept already."),
    "preference_hour_is_of_the_day": gettext_noop("The hour of the mail of the day is from 0 to 23."),
}
TRIGGERS = (
    gettext_noop("a mail that was sent or given up stays so"),
    gettext_noop("a notice is marked by the person whom it told"),
)
