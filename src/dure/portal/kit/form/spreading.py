"""The empty table of a command in the reader's language: what its remarks say."""

from django.utils.translation import gettext, gettext_noop

from dure.cycle.commands.examples import sentence, with_example
from dure.formats.commands.kinds import Command
from dure.portal.kit.form.names import codes

REMARKS = (
    gettext_noop("required"), gettext_noop("may be blank"), gettext_noop("several parted by semicolons"),
    gettext_noop("one column NAME.KEY each, or JSON"), gettext_noop("as JSON"), gettext_noop("one row for each"),
    gettext_noop(
        "An act takes a row for each of its parts. Fill in %(columns)s in its first row; leave them blank in the rows below it, "
        "or repeat the same values. Another value there begins another act."
    ),
    gettext_noop("All rows together are one act, with a row for each of its parts."),
    gettext_noop("(blank)"), gettext_noop("For example:"),
)  # fmt: skip


def template_in_words(command: type[Command]) -> tuple[list[str], list[list[str]]]:
    """As `with_example`; names of columns are the same in every language."""
    return with_example(command, codes(), gettext)


def sentence_in_words(command: type[Command]) -> str:
    """As `sentence`."""
    return sentence(command, codes(), gettext)
