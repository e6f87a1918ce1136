"""Do the files of a programme's folder use the same names? Rules against vocabulary and calendar, and the calendar by itself."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from dure.formats.errors import BadInput
from dure.formats.folder.calendar import Calendar
from dure.rules.book import Book
from dure.rules.folder import CALENDAR, VOCABULARY, Folder
from dure.rules.yaml_file import line_at

# Which list has the words of an attribute that tables read.
ATTRIBUTES = {
    "kind": "kinds", "size": "sizes", "sector": "sectors", "region": "regions", "purpose": "purposes", "use": "uses",
}  # fmt: skip


class Named(NamedTuple):
    """A rule that names things: which list of the vocabulary has them, and how its value names them."""

    rule: str
    words: str
    names: Callable[[Any], Iterable[str]]


def _keys(value: Mapping[str, Any]) -> Iterable[str]:
    return value


def _words(value: Iterable[str]) -> Iterable[str]:
    return value


NAMED = (
    Named("programme/sector_shares", "sectors", _keys),
    Named("shares/floor", "sectors", _keys),
    Named("shares/ceiling", "sectors", _keys),
    Named("eligibility/kinds", "kinds", _words),
    Named("eligibility/purposes_refused", "purposes", _words),
    Named("budget/line_weights", "lines", _keys),
    Named("outcomes/points", "results", _keys),
)


def check_names(folder: Folder, book: Book) -> None:
    """Raise `BadInput`, with file and line, for the first name that one file uses and another does not give."""
    for each in NAMED:
        _check_rule(book, each, getattr(folder.vocabulary, each.words), folder)
    _check_tables(book, folder)
    _check_roles(folder)
    _check_calendar(folder)
    _check_milestones(folder, book)


def require_named(name: str, known: Collection[str], *, where: str, file: str, words: str) -> None:
    """Raise where that list is there and does not have the name."""
    if known and name not in known:
        close = ", ".join(sorted(known)[:8])
        raise BadInput(
            f"{name!r} is not among the {words} of {file}.", where=where, todo=f"Correct it, or add it there. Known: {close}."
        )


def _check_rule(book: Book, named: Named, known: Collection[str], folder: Folder) -> None:
    rule = book.rules.get(named.rule)
    for value in rule.values if rule else ():
        for name in named.names(value.value):
            where = f"{rule.path if rule else folder.path}:{value.line}"
            require_named(name, known, where=where, file=VOCABULARY, words=named.words)


def _check_tables(book: Book, folder: Folder) -> None:
    """Words that conditions of tables hold an attribute against."""
    for rule in book.rules.values():
        for value in rule.values if rule.unit == "table" else ():
            for row in (*value.value["rows"], *value.value.get("exceptions", ())):
                for attribute, condition in row["when"].items():
                    words = ATTRIBUTES.get(attribute)
                    for name in _texts(condition) if words else ():
                        where, known = f"{rule.path}:{value.line}", getattr(folder.vocabulary, words or "")
                        require_named(name, known, where=f"{where}, row {row['id']}", file=VOCABULARY, words=words or "")


def _texts(condition: Any) -> Iterable[str]:
    """The words in a condition, whatever it says of them."""
    if isinstance(condition, str):
        yield condition
    elif isinstance(condition, Mapping | list | tuple):
        for each in condition.values() if isinstance(condition, Mapping) else condition:
            yield from _texts(each)


def _check_roles(folder: Folder) -> None:
    vocabulary, path = folder.vocabulary, folder.path / VOCABULARY
    for place, each in enumerate(vocabulary.organisations):
        where = f"{path}:{line_at(folder.raw_vocabulary, ['organisations', place, 'role'])}"
        require_named(each.role, vocabulary.roles, where=where, file=VOCABULARY, words="roles")
    _require_once([each.id for each in vocabulary.organisations], folder, "organisations")


def _check_calendar(folder: Folder) -> None:
    calendar, raw, path = folder.calendar, folder.raw_calendar, folder.path / CALENDAR
    for place, window in enumerate(calendar.windows):
        if window.closes and window.closes.replace("T", " ") <= window.opens.replace("T", " "):
            where = f"{path}:{line_at(raw, ['windows', place, 'closes'])}"
            said = f"{window.id} closes {window.closes}, and opens {window.opens}."
            raise BadInput(said, where=where, todo="A window closes after it opens.")
    after = {**{each.id: each.after for each in calendar.milestones}, **{each.id: each.after for each in calendar.windows}}
    _require_once([*(each.id for each in calendar.milestones), *(each.id for each in calendar.windows)], folder, "milestones")
    for part, waiting in (
        ("milestones", [x.after for x in calendar.milestones]),
        ("windows", [x.after for x in calendar.windows]),
    ):
        for place, name in enumerate(waiting):
            where = f"{path}:{line_at(raw, [part, place, 'after'])}"
            if name:
                require_named(name, after, where=where, file=CALENDAR, words="milestones and windows")
    _require_an_end(calendar, after, raw, str(path))


def _require_an_end(calendar: Calendar, after: Mapping[str, str | None], raw: Any, path: str) -> None:
    """What waits for what has a beginning."""
    for place, each in enumerate(calendar.milestones):
        seen, at = [each.id], each.after
        while at:
            if at in seen:
                where = f"{path}:{line_at(raw, ['milestones', place, 'after'])}"
                raise BadInput(f"{' waits for '.join([*seen, at])}.", where=where, todo="Take one of these `after` away.")
            seen.append(at)
            at = after.get(at)


def _require_once(names: list[str], folder: Folder, part: str) -> None:
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is None:
        return
    file, raw = (VOCABULARY, folder.raw_vocabulary) if part == "organisations" else (CALENDAR, folder.raw_calendar)
    line = line_at(raw, [part, len(names) - 1 - names[::-1].index(twice), "id"])
    raise BadInput(f"id {twice!r} comes twice.", where=f"{folder.path / file}:{line}", todo="Give each entry its own id.")


def _check_milestones(folder: Folder, book: Book) -> None:
    """Each milestone that a rule promises is in the calendar, promised for the same day."""
    rule = book.rules.get("programme/milestones_promised")
    promised = {each.id: each.promised for each in folder.calendar.milestones}
    for value in rule.values if rule else ():
        for name, day in value.value.items():
            where = f"{rule.path if rule else folder.path}:{value.line}"
            require_named(name, promised, where=where, file=CALENDAR, words="milestones")
            if name in promised and str(promised[name]) != str(day):
                said = f"{name} is promised for {day} here, and for {promised[name]} in {CALENDAR}."
                raise BadInput(said, where=where, todo="Say the same in both.")
