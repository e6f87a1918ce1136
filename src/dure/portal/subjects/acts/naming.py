"""Which subjects does the form of an act name? A draft belongs to them: by them it is found again, and by no other's address."""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import QueryDict

from dure.cycle.commands.rows import Row
from dure.portal.kit.form.fields import Field, fields_of
from dure.portal.subjects.acts.door import refers, subject_of
from dure.portal.subjects.acts.kinds import KINDS, Words

BETWEEN = " & "
LONGEST = 200
FILED_ABOUT = "subject"  # what a decision is about


def address_of(query: str) -> dict[str, str]:
    """What the query of an address gives, by field."""
    return {key: str(value) for key, value in QueryDict(query.removeprefix("?")).dict().items()}


def key(row: Row, asked: Mapping[str, str], typed: Mapping[str, str]) -> str:
    """KIND/ID of each subject that the form names now: what it is about, and what the address named besides."""
    parts = []
    for field in _naming(row, asked):
        value = " ".join((typed.get(field.name) or asked.get(field.name, "")).split())
        if value:
            parts.append(f"{refers(field.struct, field.name) or field.name}/{value}")
    made = BETWEEN.join(parts)
    return made if len(made) <= LONGEST else f"{made[:120]} {hashlib.sha256(made.encode()).hexdigest()}"


def address(row: Row, asked: Mapping[str, str], typed: Mapping[str, str]) -> str:
    """The query by which the form is opened again with the subjects that it names now."""
    named = {each.name: typed.get(each.name) or asked.get(each.name, "") for each in _naming(row, asked)}
    given = {name: value for name, value in {**asked, **named}.items() if value}
    return f"?{urlencode(given)}" if given else ""


def subjects(about: str) -> list[str]:
    """Each subject KIND/ID of such a key."""
    return [each for each in about.split(BETWEEN) if "/" in each]


def _naming(row: Row, asked: Mapping[str, str]) -> list[Field]:
    """The fields that name what the form is about, and those by which its address names something."""
    subject = subject_of(row)
    single = [each for each in fields_of(row.command) if not each.is_group and each.kind != "lines"]
    referring = [each for each in single if refers(each.struct, each.name)]
    if subject.made:
        found = next(([each.name] for each in referring if _is_another(each)), [])
    else:
        found = [each.name for each in single if each.name in subject.fields and (each in referring or each.name == FILED_ABOUT)]
    named = {each.name for each in single if each in referring or each.kind == "choice" or each.name in subject.fields}
    return [each for each in single if each.name in found or (each.name in asked and each.name in named)]


def _is_another(field: Field) -> bool:
    """Does it name a record, and not merely who acts?"""
    kind = refers(field.struct, field.name)
    return kind in KINDS and kind != "organisation" and not isinstance(KINDS[kind], Words)
