"""Whose names does a reader see? All of those who oversee; of one's own organisation; of others only the desk."""

from typing import Any

from dure.portal.kit.wording.words import name, person_name
from dure.records.parties.access import may_oversee, sits_at


def who(person: Any, reader: Any) -> str:
    """The person as this reader may see them: by name, or as the desk at which they sit."""
    if person.pk == reader.pk or reader.organisation_ids & person.organisation_ids:
        return person_name(person)
    if may_oversee(reader) and ("reviewer" not in person.desks or sits_at(reader, "agency", "auditor")):
        return person_name(person)
    return ", ".join(name(desk) for desk in sorted(person.desks)) or name("nobody")
