"""Run the 2025 programme from budget to rebalancing on a fresh database, then serve every desk."""

import argparse
import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from dure.cycle.deciding import open_book
from dure.cycle.programme import default_programme
from dure.formats.errors import BadInput
from dure.rules.book import DEFAULT

PASSWORD = "dure-demo-2025"  # noqa: S105 - printed with the log-ins; the demo listens on the loopback address only


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure demo`."""
    parser.add_argument("--serve", type=int, choices=(0, 1), default=1, help="0: end after the summary")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), metavar="N")
    parser.add_argument("--programme", type=Path, metavar="DIR", help="the input files (default: those that come with dure)")
    parser.add_argument("--rules", type=Path, default=DEFAULT, metavar="DIR", help="the rule book (default: kr_2025)")
    parser.add_argument("--lang", choices=("ko", "en"), default="ko" if os.environ.get("LANG", "").startswith("ko") else "en")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="also write the journal there")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when all sixteen stages ran."""
    start = time.perf_counter()
    programme = arguments.programme or default_programme()
    os.environ["DURE_RULES"] = str(arguments.rules)
    book = open_book(arguments.rules)
    _fresh_database()
    print(f"{book.title[arguments.lang]}: {time.perf_counter() - start:.1f} s to an empty database\n", flush=True)
    from dure.cycle.playing import Line, play

    place = ("ko", "en").index(arguments.lang)

    def tell(line: Line) -> None:
        name = line.stage.ko if arguments.lang == "ko" else line.stage.en
        print(f"{line.stage.number:2}. {name}: {line.told.decided[place]}", flush=True)
        print(f"    {line.told.proof[place]}  [{line.seconds:.2f} s, deciding {line.deciding:.2f} s]", flush=True)

    with _late_flush():
        summary = play(programme, book, tell=tell)
    _set_passwords()
    print(
        f"\n{len(summary.lines)} stages, {summary.acts:,} commands, {time.perf_counter() - start:.1f} s in all, "
        f"{summary.deciding:.1f} s deciding",
        flush=True,
    )
    if arguments.journal:
        _export(arguments.journal)
    if not arguments.serve:
        return 0
    _print_log_ins(programme)
    from dure.cycle.cli import serve

    return serve.run(arguments)


def _fresh_database() -> None:
    """An empty database with all tables: the private server's, or the one of `DATABASE_URL` if nothing was ever filed there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.local")
    if not os.environ.get("DATABASE_URL"):
        from dure.connectors.postgres.embedded import default_directory, fresh_database

        fresh_database(default_directory())
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from dure.records.journal.queries import entries

    if entries().exists():
        raise BadInput("the database holds a journal already.", where="DATABASE_URL", todo="Run the demo on an empty database.")


@contextlib.contextmanager
def _late_flush() -> Iterator[None]:
    """Commits do not wait for the disk: a demo that is cut off is run again, and the first commit afterwards flushes them all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        yield
        cursor.execute("SET synchronous_commit = on")


def _set_passwords() -> None:
    """Everybody of the demo can log in with the printed password; hashed once, for a good hash is slow."""
    from django.contrib.auth.hashers import make_password

    from dure.records.parties.models import Person

    Person.objects.update(password=make_password(PASSWORD))


def _export(path: Path) -> None:
    from dure.records.journal.queries import export_lines

    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in export_lines())


def _print_log_ins(programme: Path) -> None:
    """One log-in per desk."""
    from dure.formats.reading import read_json

    print(f"\npassword of all: {PASSWORD}")
    for each in read_json(programme / "programme.json")["people"]:
        print(f"  {each['desk']:10} {each['username']:16} {each['name_ko']}")
