"""What counts as personal data: the one list of columns that say something of a person, with the kind of what they say.

Whatever hands out such a column notes it: lists and the API by this table, pages by `portal.kit.personal`. Stable ids and
numbers are no personal data: without these columns nobody can tell whose they are.
"""

from collections.abc import Mapping

NAME, CONTACT, DOCUMENTS = "name", "contact", "documents"
KINDS = (NAME, CONTACT, DOCUMENTS)
# By model, its personal columns.
PERSONAL: Mapping[str, Mapping[str, str]] = {
    "parties.Person": {"username": NAME, "name": NAME, "email": CONTACT, "last_login": CONTACT},
    "parties.Invitation": {"name": NAME, "email": CONTACT},
    "registrations.Registration": {"contact_name": NAME, "contact_email": CONTACT},
    "registrations.Document": {"name": DOCUMENTS},
    "registrations.Content": {"content": DOCUMENTS},
    "documents.Document": {"name": DOCUMENTS, "content": DOCUMENTS},
    "documents.Upload": {"name": DOCUMENTS, "content": DOCUMENTS},
    "demand.Application": {"people": NAME},
    "journal.Entry": {"who_then": NAME},
    "notifications.Mail": {"to": CONTACT},
}
# By model, the word for whom its rows are about, and the path to the key by which that subject is known.
SUBJECTS: Mapping[str, tuple[str, str]] = {
    "parties.Person": ("person", "uid"),
    "parties.Invitation": ("invitation", "pk"),
    "registrations.Registration": ("registration", "pk"),
    "registrations.Document": ("registration", "registration_id"),
    "registrations.Content": ("document", "pk"),
    "documents.Document": ("document", "pk"),
    "documents.Upload": ("person", "person_id"),
    "demand.Application": ("application", "pk"),
    "journal.Entry": ("entry", "pk"),
    "notifications.Mail": ("mail", "pk"),
}
