"""What the tables of documents refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "document_has_its_title": gettext_noop("A document needs a title."),
    "document_is_a_file_that_is_taken": gettext_noop(
        "A document is a PDF, picture, office document or ZIP archive of at most 10 MB, and not empty."
    ),
    "document_is_removed_after_it_came": gettext_noop("A document cannot be removed before it came."),
    "document_is_somebodys_or_published": gettext_noop("A document of an application or grant is its organisation's."),
    "document_is_whole": gettext_noop("The content of a document must be whole, with its SHA-256 digest."),
    "document_of_a_grant_supports_something": gettext_noop("A document of a grant supports an answer, an appeal or a report."),
    "upload_is_a_file_that_is_taken": gettext_noop(
        "A file to be attached is a PDF, picture, office document or ZIP archive of at most 10 MB, and not empty."
    ),
    "upload_is_whole": gettext_noop("A file to be attached must be whole, with its SHA-256 digest."),
    "upload_once_per_person": gettext_noop("This file is handed in already."),
}
TRIGGERS = (
    gettext_noop("a file is handed in now"),
    gettext_noop("document % belongs to nothing of that organisation"),
    gettext_noop("document % is attached and removed now"),
    gettext_noop("documents of application % are changed before the deadline"),
    gettext_noop("documents of grant % are changed while what they support is open"),
    gettext_noop("document % is removed once"),
    gettext_noop("document % changes only by an act of its people in the same transaction"),
)
