"""Is every text of the portal translated, and is the compiled catalogue up to date? Needs no gettext tools.

`python -m dure.portal.kit.catalogue` adds missing texts to the Korean catalogue, empty, and compiles it.
"""

import ast
import importlib
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from dure.cycle.stages import STAGES
from dure.formats.commands.kinds import Command
from dure.portal.kit.form.fields import Field, fields_of, says
from dure.records.invariants.listed import INVARIANTS

PORTAL = Path(__file__).parent.parent
SOURCE = PORTAL.parent
PO = Path(__file__).parent / "locale" / "ko" / "LC_MESSAGES" / "django.po"
CALLS = frozenset({"_", "gettext", "gettext_noop"})
HEAD = (
    "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
    "Language: ko\nPlural-Forms: nplurals=1; plural=0;\n"
)
_QUOTED = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TEMPLATE_CALL = re.compile(rf"(?:_|gettext)\(u?{_QUOTED}\)")


def texts() -> dict[str, str]:
    """Each text that is to be translated, and the file that first uses it."""
    found: dict[str, str] = {}
    for path in sorted(PORTAL.rglob("*.py")):
        for text in _texts_of_module(path):
            found.setdefault(text, str(path.relative_to(PORTAL)))
    for path in templates():
        for text in _texts_of_template(path):
            found.setdefault(text, str(path.relative_to(PORTAL)))
    invariants = [(each.says, "../records/invariants/listed.py") for each in INVARIANTS if each.breaches]
    stages = [(each.title, "../cycle/stages.py") for each in STAGES]
    run = [(text, "../cycle/playing/telling.py") for text in _texts_of_module(SOURCE / "cycle" / "playing" / "telling.py")]
    for text, module in [*_texts_of_commands(), *_labels_of_commands(), *invariants, *stages, *run]:
        found.setdefault(text, module)
    return found


def templates() -> list[Path]:
    """Every template, of pages and of mails, whatever its ending."""
    return sorted(path for path in PORTAL.rglob("templates/**/*") if path.is_file())


def _texts_of_commands() -> Iterator[tuple[str, str]]:
    """What each command does, and what each of its fields is called and means: texts of the formats that forms show."""
    for module in sorted((SOURCE / "formats" / "commands").glob("[a-z]*.py")):
        for command in vars(importlib.import_module(f"dure.formats.commands.{module.stem}")).values():
            if isinstance(command, type) and issubclass(command, Command) and command is not Command:
                place = f"../formats/commands/{module.name}"
                yield says(command), place
                yield from ((text, place) for text in _said(fields_of(command)))


def _said(fields: Sequence[Field]) -> Iterator[str]:
    for each in fields:
        yield from filter(None, (each.title, each.help))
        yield from _said(each.items)


def _labels_of_commands() -> Iterator[tuple[str, str]]:
    for path in sorted((SOURCE / "cycle" / "commands" / "tables").glob("*.py")):
        yield from ((text, f"../cycle/commands/tables/{path.name}") for text in _texts_of_module(path))


def _texts_of_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args
        if named and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):  # type: ignore[attr-defined]
            yield node.args[0].value  # type: ignore[attr-defined]


def _texts_of_template(path: Path) -> Iterator[str]:
    from django.utils.translation.template import templatize

    for quoted in _TEMPLATE_CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        yield ast.literal_eval(quoted)


def read(path: Path = PO) -> dict[str, str]:
    """The catalogue as texts and their translations."""
    entries: dict[str, str] = {}
    part, parts = "", {"msgid": "", "msgstr": ""}
    for line in [*path.read_text(encoding="utf-8").splitlines(), 'msgid ""']:
        word, _, rest = line.partition(" ")
        if word == "msgid" and part == "msgstr":
            entries[parts["msgid"]] = parts["msgstr"]
        if word in parts:
            part, parts[word] = word, ast.literal_eval(rest)
        elif line.startswith('"'):
            parts[part] += ast.literal_eval(line)
    return {key: value for key, value in entries.items() if key}


def written(entries: dict[str, str], used: dict[str, str]) -> str:
    """The catalogue as text, in the order of the files that use it; that placeholders match is a test of ours, not gettext's."""
    blocks = ['msgid ""\nmsgstr ""\n' + "".join(f"{_quoted(line)}\n" for line in HEAD.splitlines(keepends=True))]
    before = ""
    for text, place in sorted(used.items(), key=lambda each: (each[1], each[0])):
        mark = f"#: {place}\n" if place != before else ""  # once above all texts of a file, which keeps the catalogue small
        before = place
        blocks.append(f"{mark}msgid {_quoted(text)}\nmsgstr {_quoted(entries.get(text, ''))}\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def compiled(entries: dict[str, str]) -> bytes:
    """The catalogue in the binary form that gettext reads: sorted texts, two tables of lengths and places."""
    pairs = sorted(
        {"": HEAD, **{key: value for key, value in entries.items() if value}}.items(), key=lambda pair: pair[0].encode()
    )
    start = 7 * 4 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    blobs: list[bytes] = []
    place = start
    for side in (0, 1):
        for pair in pairs:
            blob = pair[side].encode()
            tables[side] += [len(blob), place]
            blobs.append(blob + b"\0")
            place += len(blob) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1]) + b"".join(blobs)


def main() -> int:
    """Bring both files up to date; 1 when a text still has no Korean."""
    used = texts()
    entries = read() if PO.exists() else {}
    PO.write_text(written(entries, used), encoding="utf-8")
    PO.with_suffix(".mo").write_bytes(compiled({key: entries.get(key, "") for key in used}))
    missing = [text for text in used if not entries.get(text)]
    print(f"{len(used)} texts, {len(missing)} without Korean")
    for text in missing:
        print(f"  {used[text]}: {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
