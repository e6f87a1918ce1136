"""Make an installation: a database with all tables, a programme's rule book, and a link for the first administrator."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing import homes
from dure.cycle.installing.addresses import ADMIN
from dure.cycle.installing.place import Place, keep_variables, prepare, taken_back_if_refused
from dure.rules.book import DEFAULT

AS_IT_WAS = "it was there already; nothing was changed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure init`."""
    parser.add_argument(
        "--from", dest="template", default=DEFAULT.name, metavar="TEMPLATE",
        help=f"programme to begin with: one that comes with dure, or a folder (default: {DEFAULT.name})",
    )  # fmt: skip
    parser.add_argument("--administrator", default="", metavar="NAME", help="name of the first administrator, who gets the link")
    parser.add_argument("--email", default="", metavar="ADDRESS", help="where notices to the first administrator go")
    parser.add_argument(
        "--take-over", action="store_true",
        help="the home that made this database is lost: give its log-ins new passwords, locking out anyone who has the old ones",
    )  # fmt: skip
    parser.add_argument("--home", type=Path, metavar="DIR", help="where it keeps what is its own (default: $DURE_HOME or .dure)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the installation is there, now or already."""
    home = homes.folder(arguments.home) if arguments.home else homes.home_for(homes.INSTALLED)
    os.environ["DURE_HOME"] = str(home)
    with homes.alone_in(home) as made:
        return _made(arguments, home, new=made)


def _made(arguments: argparse.Namespace, home: Path, *, new: bool) -> int:
    homes.take_variables(home)
    with taken_back_if_refused(home, known=not new):
        place = prepare(home, arguments.template)
        open_installation(ADMIN)
        from dure.cycle.installing import first, making

        first.require_address(arguments.email)
        print(f"database   {first.where()}", flush=True)
        with making.one_at_a_time():
            ready = _installed(place, take_over=arguments.take_over)
    from dure.cycle.evidence import heads

    print(f"programme  {place.programme}")
    print(f"key        {heads.make_installation_key()}  (public; publish it, and give it to witnesses)")
    print(f"variables  {home / homes.VARIABLES}")
    serve = f"DURE_HOME={shlex.quote(str(home))} dure serve" if arguments.home else "dure serve"
    closed = not first.an_administrator_can_log_in()
    if ready == AS_IT_WAS and closed:
        ready = "it was there already; nothing but the link is new"
    print(f"ready      {ready or f'`{serve}` serves it'}")
    if closed:
        before, known = first.invited()
        name = arguments.administrator or before or _asked("name of the first administrator") or "Administrator"
        email = arguments.email or (known if name == before else _asked("e-mail address, for notices; none if left empty"))
        void = "; the link that was printed before opens nothing any more" if before else ""
        print(f"link       {first.link(name, email)}  (for {name}, once, for 7 days{void})")
    return 0


def _installed(place: Place, *, take_over: bool) -> str:
    """Tables, log-ins and variables; what was done where all or some of it had been there, and nothing where all is new."""
    from dure.cycle.installing import first, logins

    new = not (place.home / homes.VARIABLES).exists()
    if new:
        logins.require_own_server()
    if not (new and take_over):
        logins.require_own_database(place.home)
    before = logins.made_here()
    made = first.install()
    if not new:
        logins.close_again()
        return "" if made else AS_IT_WAS
    keep_variables(place, logins.make(place.home))
    given = "have new passwords, and the old ones open nothing any more" if before else "were made"
    return "" if made else f"it was there already; its log-ins {given}"


def _asked(what: str) -> str:
    """What whoever sits there answers; nothing where nobody does."""
    return input(f"{what}: ").strip() if sys.stdin.isatty() else ""
