"""What the tables of files refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "chunk_once_per_place": gettext_noop("The file holds a piece at this place already."),
    "files_chunk_place_check": gettext_noop("A piece of a file cannot stand before the first one."),
    "file_has_its_name": gettext_noop("A file needs a name and a type, and is either handed in with a job or made by it."),
    "file_is_kept_for_a_while": gettext_noop("A file must be kept for some time."),
    "file_is_known_by_its_sha256": gettext_noop(
        "A file is known by the SHA-256 of what it holds, and cannot be shorter than nothing."
    ),
    "file_once_per_job_and_name": gettext_noop("This job has a file of that name already."),
}
TRIGGERS = ()
