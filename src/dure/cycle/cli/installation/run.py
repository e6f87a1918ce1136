"""Take a programme's folder through its stages, as its script says, in a database of its own."""

import argparse
import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from dure.cycle.deciding import open_book
from dure.cycle.installing.homes import DEMO, home_for
from dure.cycle.playing.checking import check_folder
from dure.formats.errors import BadInput
from dure.formats.folder.stages import STAGE_KEYS
from dure.rules.book import Book
from dure.rules.folder import Folder
from dure.rules.manifest import programmes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure run`."""
    parser.add_argument("programme", metavar="PROGRAMME", help="its folder, or the name of one that comes with dure")
    parser.add_argument(
        "--until", choices=STAGE_KEYS, metavar="STAGE", default="", help="end after this stage"
    )  # fmt: skip
    add_shared_arguments(parser)


def add_shared_arguments(parser: argparse.ArgumentParser) -> None:
    """What `dure demo` has as well."""
    parser.add_argument("--again", action="store_true", help="delete the last run and run it again")
    parser.add_argument("--lang", choices=("ko", "en"), default="ko" if os.environ.get("LANG", "").startswith("ko") else "en")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="also write the journal there")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when its stages ran."""
    folder = folder_of(arguments.programme)
    if not take_through(folder, again=arguments.again, until=arguments.until, lang=arguments.lang):
        raise BadInput(
            "holds a run that was made before.",
            where="the database of runs",
            todo="`--again` deletes it and runs it again; with DURE_HOME it stays, and the run is made elsewhere.",
        )
    if arguments.journal:
        export(arguments.journal)
    return 0


def folder_of(named: str | Path) -> Path:
    """The folder of that path, or that comes with dure under that name."""
    return programmes().get(str(named), Path(named))


def take_through(path: Path, *, again: bool, until: str = "", lang: str) -> bool:
    """Play the script in an empty database, and say of each stage what was decided; False where a run is kept in it."""
    start = time.perf_counter()
    book, folder = open_book(path), Folder(path)
    check_folder(folder, book)
    if not folder.script.stages:
        raise BadInput("has no stage.", where=str(path))
    if until and until not in {act.stage for act in folder.script.stages}:
        raise BadInput(f"{until!r} is not played.", where="--until", todo=f"Stages: {_stages(folder)}.")
    os.environ["DURE_PROGRAMME"] = str(path)
    if not _open_database(again=again):
        return False
    from django.utils import translation

    from dure.cycle.playing.play import Line, play
    from dure.cycle.playing.telling import told

    title = book.title.get(lang) or book.title[book.manifest.languages[0]]
    print(f"{title}: {time.perf_counter() - start:.1f} s to an empty database\n", flush=True)

    def tell(line: Line) -> None:
        with translation.override(lang):
            decided, work = told(line, folder)
            print(f"{line.stage.number:2}. {translation.gettext(line.stage.title)}: {decided}", flush=True)
        print(f"    {work}  [{line.seconds:.2f} s, deciding {line.deciding:.2f} s]", flush=True)

    with _late_flush():
        summary = play(folder, book, until=until, tell=tell)
    _sign_head(book)
    _finish()
    stages = f"{len(summary.lines)} stage{'' if len(summary.lines) == 1 else 's'}"
    in_all = f"{time.perf_counter() - start:.1f} s in all"
    print(f"\n{stages}, {summary.acts:,} commands, {in_all}, {summary.deciding:.1f} s deciding", flush=True)
    return True


def _stages(folder: Folder) -> str:
    return ", ".join(act.stage for act in folder.script.stages)


def _open_database(*, again: bool) -> bool:
    """An empty database, in a home of runs unless `DATABASE_URL` names one; False where a run is kept in it."""
    os.environ["DURE_HOME"] = str(home_for(DEMO))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.local")
    import django

    django.setup()
    from dure.cycle.installing.making import open_demo

    return open_demo(again=again)


@contextlib.contextmanager
def _late_flush() -> Iterator[None]:
    """Commits do not wait for the disk: a run that is cut off is made again, and the first commit afterwards flushes them all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        yield
        cursor.execute("SET synchronous_commit = on")


def _sign_head(book: Book) -> None:
    """Where the run has a home of its own, it signs the head of its log with a key of its own."""
    from django.utils import timezone

    from dure.cycle.evidence.heads import installation_key, make_installation_key, publish
    from dure.cycle.installing.homes import home

    if home().is_dir():
        make_installation_key()
        publish(installation_key(), programme=book.programme, at=timezone.now())


def _finish() -> None:
    from dure.cycle.installing.making import finish

    finish()


def export(path: Path) -> None:
    """Write the journal there, a line for each entry."""
    from dure.records.journal.queries import export_lines

    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in export_lines())
