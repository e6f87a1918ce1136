"""Run the 2025 programme from budget to rebalancing in a database of its own, then serve every desk."""

import argparse
import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from dure.cycle.cli.installation import serve
from dure.cycle.deciding import open_book
from dure.cycle.installing.homes import DEMO, home_for
from dure.cycle.programme import default_programme
from dure.rules.book import Book

PASSWORD = "dure-demo-2025"  # noqa: S105 - printed with the log-ins; the demo listens on the loopback address only


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure demo`."""
    parser.add_argument("--serve", type=int, choices=(0, 1), default=1, help="0: end after the summary")
    parser.add_argument("--port", type=int, metavar="N", help="where to listen (default: $PORT or 8000)")
    parser.add_argument("--programme", type=Path, metavar="DIR", help="its folder (default: the one that comes with dure)")
    parser.add_argument("--again", action="store_true", help="delete the last demo and run it again")
    parser.add_argument("--lang", choices=("ko", "en"), default="ko" if os.environ.get("LANG", "").startswith("ko") else "en")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="also write the journal there")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when all sixteen stages ran."""
    start = time.perf_counter()
    programme = arguments.programme or default_programme()
    os.environ["DURE_PROGRAMME"] = str(programme)
    book = open_book(programme)
    if arguments.serve:
        serve.require_free(serve.port_of(arguments.port))
    if not _open_database(again=arguments.again):
        print("The last demo is still there and was left as it is. `dure demo --again` deletes it and runs it again.", flush=True)
        return _serve(arguments, programme)
    print(f"{book.title[arguments.lang]}: {time.perf_counter() - start:.1f} s to an empty database\n", flush=True)
    from django.utils import translation

    from dure.cycle.playing import Line, play

    place = ("ko", "en").index(arguments.lang)

    def tell(line: Line) -> None:
        with translation.override(arguments.lang):
            name = translation.gettext(line.stage.title)
        print(f"{line.stage.number:2}. {name}: {line.told.decided[place]}", flush=True)
        print(f"    {line.told.proof[place]}  [{line.seconds:.2f} s, deciding {line.deciding:.2f} s]", flush=True)

    with _late_flush():
        summary = play(programme, book, tell=tell)
    _sign_head(book)
    _set_passwords()
    print(
        f"\n{len(summary.lines)} stages, {summary.acts:,} commands, {time.perf_counter() - start:.1f} s in all, "
        f"{summary.deciding:.1f} s deciding",
        flush=True,
    )
    return _serve(arguments, programme)


def _open_database(*, again: bool) -> bool:
    """An empty database for the demo, in the demo's home unless `DATABASE_URL` names one; False where a demo is kept in it."""
    os.environ["DURE_HOME"] = str(home_for(DEMO))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.local")
    import django

    django.setup()
    from dure.cycle.installing.making import open_demo

    return open_demo(again=again)


@contextlib.contextmanager
def _late_flush() -> Iterator[None]:
    """Commits do not wait for the disk: a demo that is cut off is run again, and the first commit afterwards flushes them all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        yield
        cursor.execute("SET synchronous_commit = on")


def _sign_head(book: Book) -> None:
    """Where the demo has a home of its own, it signs the head of its log with a key of its own."""
    from django.utils import timezone

    from dure.cycle.evidence.heads import installation_key, make_installation_key, publish
    from dure.cycle.installing.homes import home

    if home().is_dir():
        make_installation_key()
        publish(installation_key(), programme=book.programme, at=timezone.now())


def _set_passwords() -> None:
    """Everybody of the demo can log in with the printed password, hashed once, for a good hash is slow; then it is complete."""
    from django.contrib.auth.hashers import make_password

    from dure.cycle.installing.making import finish
    from dure.records.parties.models import Person

    Person.objects.update(password=make_password(PASSWORD))
    finish()


def _serve(arguments: argparse.Namespace, programme: Path) -> int:
    """What follows a demo: its journal in a file, and every desk on a page."""
    if arguments.journal:
        _export(arguments.journal)
    if not arguments.serve:
        return 0
    _print_log_ins(programme)
    return serve.run(arguments)


def _export(path: Path) -> None:
    from dure.records.journal.queries import export_lines

    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in export_lines())


def _print_log_ins(programme: Path) -> None:
    """One log-in per desk."""
    from dure.formats.kinds import text_in
    from dure.formats.reading import read_json

    print(f"\npassword of all: {PASSWORD}")
    for each in read_json(programme / "programme.json")["people"]:
        print(f"  {each['desk']:10} {each['username']:16} {text_in(each['name'])}")
