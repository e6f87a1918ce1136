"""The empty table of a command in the reader's language: what its remarks say."""

from django.utils.translation import gettext, gettext_noop

from dure.cycle.commands.spreading import template
from dure.formats.commands.kinds import Command

REMARKS = (
    gettext_noop("required"), gettext_noop("may be blank"), gettext_noop("several parted by semicolons"),
    gettext_noop("one column NAME.KEY each, or JSON"), gettext_noop("as JSON"), gettext_noop("one row for each"),
)  # fmt: skip


def template_in_words(command: type[Command]) -> tuple[list[str], list[str]]:
    """As `template`; names of columns are the same in every language."""
    return template(command, gettext)
