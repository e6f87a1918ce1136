"""Names and titles by language: in which languages a programme says them, and how tables say them that were made before."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct, inspect

from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput
from dure.formats.kinds import is_names
from dure.formats.sheets import Sheet
from dure.formats.versions import heading_as_now, said_by_language


@cache
def named(command: type[Struct]) -> tuple[str, ...]:
    """The fields of the command that hold a text by language."""
    fields = inspect.type_info(command).fields  # type: ignore[attr-defined] # a command is a struct
    return tuple(each.encode_name for each in fields if is_names(getattr(each.type, "type", each.type)))


def require_said(command: Command, languages: Sequence[str], *, where: str) -> None:
    """Raise unless each is said in the programme's first language, and in no language but the programme's."""
    for field in named(type(command)):
        require_languages(getattr(command, field), languages, where=f"{where} at $.{field}")


def require_languages(names: Mapping[str, str], languages: Sequence[str], *, where: str) -> None:
    """The same of one text by language. Raises `BadInput` with code `language_unknown` or `language_missing`."""
    listed = ", ".join(languages)
    if others := [each for each in names if each not in languages]:
        raise BadInput(
            f"{others[0]} is no language of this programme.",
            where=f"{where}.{others[0]}",
            todo=f"Say it in {listed}.",
            code="language_unknown",
            detail={"language": others[0], "languages": listed},
        )
    if languages[0] not in names:
        raise BadInput(
            f"is not said in {languages[0]}, the first language of this programme.",
            where=f"{where}.{languages[0]}",
            todo="Say it in that language; in the others it may be left out.",
            code="language_missing",
            detail={"language": languages[0]},
        )


def older_columns(sheet: Sheet, command: type[Command], languages: Sequence[str]) -> dict[str, str]:
    """The columns of the table that had a name of their own, by what they are called now, FIELD.LANGUAGE."""
    fields, names = set(command.__struct_encode_fields__), named(command)
    now = {each: heading_as_now(each, first=languages[0]) for each in sheet.columns if each not in fields}
    return {there: each for each, there in now.items() if there != each and there.partition(".")[0] in names}


def renamed(sheet: Sheet, older: Mapping[str, str], languages: Sequence[str]) -> Sheet:
    """The table with those columns as they are called now; of one that has both, what it says is refused as it stands."""
    now = {there: each for each, there in older.items()}

    def as_now(cells: dict[str, Any]) -> dict[str, Any]:
        return {now.get(column, column): cell for column, cell in cells.items()}

    if sheet.typed:  # JSON lines, each with keys of its own
        lines = (each._replace(cells=said_by_language(each.cells, first=languages[0])) for each in sheet.lines)
        return sheet._replace(lines=tuple(lines))
    if not older or set(older) & set(sheet.columns):
        return sheet
    columns = tuple(now.get(each, each) for each in sheet.columns)
    return sheet._replace(columns=columns, lines=tuple(each._replace(cells=as_now(each.cells)) for each in sheet.lines))
