"""Keeps what pages show of a filed recommendation, from the moment at which it is filed. No act of the programme: no command."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from dure.records.explanations import actions, queries
from dure.records.explanations.actions import Kept, LongTable
from dure.records.explanations.models import Explanation

__all__ = ["Kept", "LongTable", "explain_at_the_end", "forget", "keep", "name_providers"]


def explain_at_the_end(entry: int) -> None:
    """Have the recommendation explained when this transaction has ended well; what goes wrong then is logged and undoes nothing.

    The portal explains. It stands above the cycle, and is therefore called by the name in `settings.DURE_EXPLAINS`.
    """

    @transaction.atomic
    def explain() -> None:
        import_string(settings.DURE_EXPLAINS)(entry)

    transaction.on_commit(explain, robust=True)


def name_providers(proposals: Collection[str]) -> None:
    """Have whatever shows these proposals by their number explained again: their providers have just been named."""
    for entry in queries.entries_without_names(proposals):
        forget(entry=entry)  # with the award itself: what then fails to be explained is explained on the next visit
        explain_at_the_end(entry)


def keep(*, entry: int, part: str, language: str, made_with: str, kept: Kept) -> Explanation:
    """Keep one part of what is shown of that recommendation in that language."""
    return actions.keep(entry=entry, part=part, language=language, made_with=made_with, kept=kept)


def forget(*, entry: int) -> None:
    """Have that recommendation explained again when somebody asks for it next."""
    actions.forget(entry=entry)
