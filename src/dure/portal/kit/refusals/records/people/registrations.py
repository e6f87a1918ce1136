"""What the tables of registrations refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "content_has_its_digest": gettext_noop("The content of a document must have the SHA-256 digest that it is kept under."),
    "content_is_known_by_its_sha256": gettext_noop("The content of a document is kept under its SHA-256 digest."),
    "document_has_its_place": gettext_noop("There is a document at this place of the request already."),
    "document_is_a_pdf_or_a_picture": gettext_noop("A document must be a PDF, PNG or JPEG."),
    "document_is_not_too_large": gettext_noop("A document must be of at most 5 MB, and not empty."),
    "document_is_one_of_five": gettext_noop("A request holds at most five documents."),
    "registration_is_confirmed_or_refused_with_a_reason": gettext_noop(
        "A request is confirmed with its organisation, or refused with a reason."
    ),
    "registration_is_known_by_its_sha256": gettext_noop("A request needs its SHA-256 digest, and its id is the beginning of it."),
    "registration_is_of_provider_or_applicant": gettext_noop("An organisation registers to provide or to apply."),
    "registration_says_who_asks": gettext_noop("A request needs name, kind, registration number and e-mail address."),
    "registrations_registration_digest_key": gettext_noop("There is a request with this digest already. Send it again."),
    "registrations_registration_organisation_id_key": gettext_noop("This organisation came from another request."),
}
TRIGGERS = (
    gettext_noop("a registration is answered once, after it was asked for"),
    gettext_noop("a registration is asked for now"),
)
