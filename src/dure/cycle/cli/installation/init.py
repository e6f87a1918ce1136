"""Make an installation: a database with all tables, a programme's rule book, and a link for the first administrator."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing import homes
from dure.cycle.installing.addresses import ADMIN
from dure.cycle.installing.place import keep_variables, prepare


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure init`."""
    parser.add_argument(
        "--from", dest="template", default="kr_2025", metavar="TEMPLATE",
        help="rule book to begin with: one that comes with dure, or a folder (default: kr_2025)",
    )  # fmt: skip
    parser.add_argument("--administrator", default="", metavar="NAME", help="name of the first administrator, who gets the link")
    parser.add_argument("--home", type=Path, metavar="DIR", help="where it keeps what is its own (default: $DURE_HOME or .dure)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the installation is there, now or already."""
    home = (arguments.home or homes.home_for(homes.INSTALLED)).absolute()
    os.environ["DURE_HOME"] = str(home)
    homes.take_variables(home)
    place = prepare(home, arguments.template)
    print(f"rule book  {place.rules}", flush=True)
    open_installation(ADMIN)
    from dure.cycle.evidence import heads
    from dure.cycle.installing import first, logins

    print(f"database   {first.where()}", flush=True)
    new = not (home / homes.VARIABLES).exists()
    if new:
        logins.require_own_server()
    made = first.install()
    if new:
        keep_variables(place, logins.make())
    else:
        logins.close_again()
    print(f"key        {heads.make_installation_key()}  (public; publish it, and give it to witnesses)")
    print(f"variables  {home / homes.VARIABLES}")
    serve = f"DURE_HOME={shlex.quote(str(home))} dure serve" if arguments.home else "dure serve"
    print(f"ready      `{serve}` serves it" if made else "ready      it was there already; nothing was changed")
    if not first.an_administrator_can_log_in():
        before = first.invited()
        name = arguments.administrator or before or _asked()
        void = "; the link that was printed before opens nothing any more" if before else ""
        print(f"link       {first.link(name)}  (for {name}, once, for 7 days{void})")
    return 0


def _asked() -> str:
    """The first administrator's name, from whoever sits there."""
    name = input("name of the first administrator: ").strip() if sys.stdin.isatty() else ""
    return name or "Administrator"
