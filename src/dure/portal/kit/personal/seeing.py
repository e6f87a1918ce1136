"""Whose names does a reader see? All of those who oversee; of one's own organisation; of others only the desk."""

from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.wording.words import name, person_name
from dure.records.parties.access import may_oversee, sits_at


def who(person: Any, reader: Any) -> str:
    """The person as this reader may see them: by name, or as the desk at which they sit. None: the worker, by a rule."""
    if person is None:
        return _("The system, by rule")
    if person.pk == reader.pk or reader.organisation_ids & person.organisation_ids:
        return person_name(person)
    if may_oversee(reader) and ("reviewer" not in person.desks or sits_at(reader, "agency", "auditor")):
        return person_name(person)
    return ", ".join(name(desk) for desk in sorted(person.desks)) or name("nobody")
