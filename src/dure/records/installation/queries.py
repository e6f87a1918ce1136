"""Reads what this database is for."""

from dure.records.installation.models import Installation


def installation() -> Installation | None:
    """The row, or nothing where the making of this database was cut off before it."""
    return Installation.objects.first()
