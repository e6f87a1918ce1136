"""What the table that tells databases apart refuses."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "installation_ends_after_it_began": gettext_noop("An installation cannot be finished before it began."),
    "installation_has_its_programme": gettext_noop("An installation is of one programme, or a demo of it."),
    "installation_is_one": gettext_noop("A database holds one installation."),
    "rule_book_digest_is_sha256": gettext_noop("A rule book is known by its SHA-256."),
    "rule_book_has_its_reason": gettext_noop("A rule book is adopted for a reason. Say it."),
}
TRIGGERS = ()
