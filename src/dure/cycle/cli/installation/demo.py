"""Run the 2025 programme from budget to rebalancing in a database of its own, as `dure run` does, then serve every desk."""

import argparse
from pathlib import Path

from dure.cycle.cli.installation import run as running
from dure.cycle.cli.installation import serve
from dure.cycle.programme import default_programme
from dure.rules.folder import Folder

PASSWORD = "dure-demo-2025"  # noqa: S105 - printed with the log-ins; the demo listens on the loopback address only


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure demo`."""
    parser.add_argument("--serve", type=int, choices=(0, 1), default=1, help="0: end after the summary")
    parser.add_argument("--port", type=int, metavar="N", help="where to listen (default: $PORT or 8000)")
    parser.add_argument("--programme", type=Path, metavar="DIR", help="its folder (default: the one that comes with dure)")
    running.add_shared_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when all its stages ran."""
    programme = running.folder_of(arguments.programme or default_programme())
    if arguments.serve:
        serve.require_free(serve.port_of(arguments.port))
    if running.take_through(programme, again=arguments.again, lang=arguments.lang):
        _set_passwords()
    else:
        print("The last demo is still there and was left as it is. `dure demo --again` deletes it and runs it again.", flush=True)
    if arguments.journal:
        running.export(arguments.journal)
    if not arguments.serve:
        return 0
    _print_log_ins(programme)
    return serve.run(arguments)


def _set_passwords() -> None:
    """Everybody of the demo can log in with the printed password, hashed once, for a good hash is slow."""
    from django.contrib.auth.hashers import make_password

    from dure.records.parties.models import Person

    Person.objects.update(password=make_password(PASSWORD))


def _print_log_ins(programme: Path) -> None:
    """One log-in per desk."""
    from dure.cycle.playing.play import people_of
    from dure.formats.kinds import text_in

    print(f"\npassword of all: {PASSWORD}")
    for each in people_of(Folder(programme)):
        print(f"  {each['desk']:10} {each['username']:16} {text_in(each['name'])}")
