"""A large file as a folder: `facts.json` or `recommendation.json`, and its longest lists as Parquet tables next to it.

A table holds exactly what the list in the JSON would: one row per entry, in the same order, one column per key.
Numbers are integers; everything else is text as in JSON, decimals and instants included, because a column of
floats or of instants without their offset would not come back as it went in. An empty cell is an absent key.
Which lists may be tables is said by the format (`Facts.tables`, `Recommendation.tables`).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from dure.formats.canonical import pretty
from dure.formats.errors import BadInput
from dure.formats.kinds import Facts, Part, Recommendation
from dure.formats.reading import parse_json, read_json
from dure.formats.reading.entering import entered
from dure.formats.reading.faulty import in_plain_words
from dure.formats.stages import stage_format

Whole = type[Facts] | type[Recommendation]
WhichFile = Literal["facts", "recommendation"]
LARGEST_TABLE_ROWS = 300_000
LARGEST_TABLE_BYTES = 512 * 1024 * 1024  # as JSON: a small Parquet file may hold any amount of text
CHUNK = 10_000
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_TEXT, _INTEGER, _BOOLEAN, _TEXTS, _MAP = "VARCHAR", "BIGINT", "BOOLEAN", "VARCHAR[]", "MAP(VARCHAR, VARCHAR)"


class Column(NamedTuple):
    """One key of an entry as a column; `as_json`: what has no column type of its own is JSON in text."""

    name: str
    kind: str
    needed: bool
    as_json: bool


def read_whole(path: Path, stage: str, part: WhichFile) -> Any:
    """The plain JSON values of a JSON file, or of a folder with `PART.json` and tables.

    Facts come from outside and are as `entered` makes them; a recommendation is read to the letter.
    """
    value = _read_whole(path, stage, part) if path.is_dir() else read_json(path)
    return entered(value, where=str(path)) if part == "facts" else value


def _read_whole(path: Path, stage: str, part: WhichFile) -> Any:
    whole: Whole = getattr(stage_format(stage), part)
    value = read_json(path / f"{part}.json")
    if not isinstance(value, dict):
        raise BadInput("is not an object.", where=str(path / f"{part}.json"), todo="`dure schema` prints what belongs there.")
    present = {found.stem for found in path.glob("*.parquet")}
    _refuse_strays(path, present, stage)
    for field in sorted(present & set(whole.tables)):
        table = path / f"{field}.parquet"
        if field in value:
            raise BadInput(f"{part}.json holds {field} as well.", where=str(table), todo="Keep one of the two.")
        value[field] = _read_table(table, _entry(whole, field), from_outside=part == "facts")
    return value


def is_folder(out: str) -> bool:
    """A name stands for a folder when there is one, or when it ends with a slash."""
    return out.endswith("/") or Path(out).is_dir()


def refuse_folder(out: str, stage: str, part: WhichFile) -> None:
    """Raise when a folder could not be written there, before any work is done for it."""
    whole: Whole = getattr(stage_format(stage), part)
    if not whole.tables:
        raise BadInput(f"{stage} has no list that is kept as a table.", where=out, todo="Give the name of a JSON file.")
    if Path(out).exists() and not Path(out).is_dir():
        raise BadInput("is a file.", where=out, todo="Give the name of a folder.")
    _connect(Path(out)).close()


def write_whole(out: str, value: dict[str, Any], stage: str, part: WhichFile) -> None:
    """Write plain JSON values as a JSON file or, where the name stands for one, as a folder with tables.

    What the folder had of this part is replaced, once all of it has been written.
    """
    if not is_folder(out):
        Path(out).write_text(pretty(value), encoding="utf-8")
        return
    refuse_folder(out, stage, part)
    whole: Whole = getattr(stage_format(stage), part)
    folder, connection = Path(out), _connect(Path(out))
    folder.mkdir(exist_ok=True)
    fresh = [field for field in whole.tables if field in value]
    for field in fresh:
        _write_table(connection, folder / f"{field}.unfinished", value[field], entry=_entry(whole, field), name=field)
    for field in whole.tables:
        (folder / f"{field}.parquet").unlink(missing_ok=True)
    for field in fresh:
        (folder / f"{field}.unfinished").replace(folder / f"{field}.parquet")
    rest = {key: item for key, item in value.items() if key not in fresh}
    (folder / f"{part}.json").write_text(pretty(rest), encoding="utf-8")


def columns(entry: type[Part]) -> tuple[Column, ...]:
    """The columns of a table of such entries."""
    return tuple(_column(field) for field in msgspec.inspect.type_info(entry).fields)  # type: ignore[attr-defined]


def _column(field: msgspec.inspect.Field) -> Column:
    kind, inspect = _bare(field.type), msgspec.inspect
    if isinstance(kind, inspect.IntType):
        made, as_json = _INTEGER, False
    elif isinstance(kind, inspect.BoolType):
        made, as_json = _BOOLEAN, False
    elif _is_text(kind):
        made, as_json = _TEXT, False
    elif isinstance(kind, inspect.VarTupleType) and _is_text(kind.item_type):
        made, as_json = _TEXTS, False
    elif isinstance(kind, inspect.DictType) and _is_text(kind.key_type) and _is_text(kind.value_type):
        made, as_json = _MAP, False
    else:
        made, as_json = _TEXT, True
    return Column(field.encode_name, made, field.required, as_json)


def _is_text(kind: msgspec.inspect.Type) -> bool:
    texts = (msgspec.inspect.StrType, msgspec.inspect.LiteralType, msgspec.inspect.DateType, msgspec.inspect.DateTimeType)
    return isinstance(_bare(kind), texts)


def _bare(kind: Any) -> Any:
    """A type without its descriptions."""
    return kind.type if isinstance(kind, msgspec.inspect.Metadata) else kind


def _entry(whole: Whole, field: str) -> type[Part]:
    """The struct of one entry of that list."""
    fields = msgspec.inspect.type_info(whole).fields  # type: ignore[attr-defined]
    kind = _bare(next(each.type for each in fields if each.name == field))
    entry: type[Part] = _bare(kind.item_type).cls
    return entry


def _refuse_strays(folder: Path, present: set[str], stage: str) -> None:
    """A table that nobody reads would be a silent loss; facts and recommendation of one stage may share a folder."""
    kinds = stage_format(stage)
    known = {*kinds.facts.tables, *kinds.recommendation.tables}
    if strays := sorted(present - known):
        todo = f"Tables of {stage}: {', '.join(sorted(known)) or 'none'}."
        raise BadInput(f"no list is called {strays[0]!r}.", where=str(folder / f"{strays[0]}.parquet"), todo=todo)


def _connect(path: Path) -> Any:
    try:
        import duckdb
    except ImportError:
        raise BadInput(
            "reading and writing tables needs DuckDB.", where=str(path), todo="Install dure with its extra `parquet`."
        ) from None
    if found := re.search(r"[*?\[]", str(path)):
        raise BadInput(f"the name holds {found.group()!r}, which stands for other names.", where=str(path), todo="Rename it.")
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "4GB",
        "temp_directory": "",
        "autoinstall_known_extensions": False,
    }
    return duckdb.connect(config=settings)


def _read_table(path: Path, entry: type[Part], *, from_outside: bool) -> list[dict[str, Any]]:
    connection = _connect(path)
    import duckdb

    try:
        rows, had = _counted(connection, path)
        _refuse_columns(path, had, columns(entry))
        if rows > LARGEST_TABLE_ROWS:
            todo = "Split the round, or check where the rows come from."
            raise BadInput(f"{rows:,} rows; at most {LARGEST_TABLE_ROWS:,} are read.", where=str(path), todo=todo)
        lines = list(_lines(connection, path, [column for column in columns(entry) if column.name in had]))
    except duckdb.Error as error:
        what = str(error).partition("\n")[0][:200].rstrip(".")
        raise BadInput(f"cannot be read as Parquet ({what}).", where=str(path), todo="Write it again.") from error
    rows_read = parse_json(("[" + ",\n".join(lines) + "]").encode(), where=str(path))
    made = [{key: item for key, item in row.items() if item is not None} for row in rows_read]
    if from_outside:  # before the format judges it
        made = entered(made, where=str(path))
    _refuse_cells(path, made, entry)
    return made


def _counted(connection: Any, path: Path) -> tuple[int, dict[str, str]]:
    """Rows, and the type of each column."""
    rows = connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata($1)", [str(path)]).fetchone()[0]
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet($1)", [str(path)]).fetchall()
    return int(rows or 0), {row[0]: row[1] for row in described}


def _lines(connection: Any, path: Path, wanted: list[Column]) -> Iterator[str]:
    parts = ", ".join(f"{_text(c.name)}: {_name(c.name)}{'::JSON' if c.as_json else ''}" for c in wanted)
    reading = connection.execute(f"SELECT to_json({{{parts}}}) FROM read_parquet($1)", [str(path)])  # noqa: S608 - names of our formats
    size = 0
    while rows := reading.fetchmany(CHUNK):
        size += sum(len(row[0]) for row in rows)
        if size > LARGEST_TABLE_BYTES:
            raise BadInput(f"more than {LARGEST_TABLE_BYTES:,} bytes of text.", where=str(path), todo="Split the round.")
        yield from (row[0] for row in rows)


def _refuse_columns(path: Path, had: dict[str, str], wanted: tuple[Column, ...]) -> None:
    known = {column.name: column for column in wanted}
    for name, kind in had.items():
        if name not in known:
            todo = f"Columns: {', '.join(known)}."
            raise BadInput(f"there is no column {name!r} in this format.", where=str(path), todo=todo)
        right = known[name].kind
        if kind != right and not (right == _INTEGER and kind in _INTEGERS) and not (known[name].as_json and kind == "JSON"):
            raise BadInput(f"column {name} is {kind}, not {right}.", where=str(path), todo=_advice(right))
    for column in wanted:
        if column.needed and column.name not in had:
            raise BadInput(f"column {column.name} is missing.", where=str(path), todo="It has no default; add it.")


def _advice(kind: str) -> str:
    if kind == _TEXT:
        return 'Write decimals ("82.5") and instants ("2026-01-31T09:00:00+09:00") as text.'
    return "Write the column again in that type."


def _refuse_cells(path: Path, rows: list[dict[str, Any]], entry: type[Part]) -> None:
    """What the format refuses of a row, said by row and column."""
    try:
        msgspec.convert(rows, list[entry], strict=True)  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `")
        found = re.match(r"\$\[(\d+)\](?:\.([^.\[`]+))?", place)
        row, column = (int(found[1]), found[2]) if found else (0, None)
        missing = re.match(r"Object missing required field `(.+)`", message)
        if missing:
            column, message = missing[1], "is empty, and has no default"
        seen = f" Seen: {str(rows[row].get(column))[:60]!r}." if column and not missing else ""
        raise BadInput(
            f"{in_plain_words(message)}.{seen}", where=f"{path}, row {row + 1}{f', column {column}' if column else ''}"
        ) from error


def _write_table(connection: Any, path: Path, rows: list[dict[str, Any]], *, entry: type[Part], name: str) -> None:
    wanted = columns(entry)
    for number, row in enumerate(rows, start=1):
        if empty := [name for name, item in row.items() if item is None]:
            where = f"{name}, entry {number}"
            raise BadInput(f"{empty[0]} is null, which a table cannot tell from absent.", where=where, todo="Leave it out.")
    lists: list[Any] = []
    parts = []
    for column in wanted:
        if column.kind == _MAP:
            parts.append(f"map_from_entries(unnest(${len(lists) + 1}::STRUCT(k VARCHAR, v VARCHAR)[][])) AS {_name(column.name)}")
        else:
            parts.append(f"unnest(${len(lists) + 1}::{column.kind}[]) AS {_name(column.name)}")
        lists.append([_cell(row.get(column.name), column) for row in rows])
    target = _text(str(path))
    options = "FORMAT parquet, COMPRESSION zstd"
    connection.execute(f"COPY (SELECT {', '.join(parts)}) TO {target} ({options})", lists)


def _cell(item: Any, column: Column) -> Any:
    if item is None:
        return None
    if column.as_json:
        return json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return [{"k": key, "v": value} for key, value in item.items()] if column.kind == _MAP else item


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
