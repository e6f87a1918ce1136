"""Stop what runs for this home: the server of the portal, its workers, and the private database."""

import argparse
from pathlib import Path

from dure.cycle.installing import homes
from dure.formats.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure stop`."""
    parser.add_argument(
        "--remove", type=Path, metavar="HOME",
        help="also delete the private database, for ever; HOME is the home that is stopped, to be sure",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 also where nothing ran."""
    from dure.connectors.postgres import embedded
    from dure.cycle.installing import serving

    home = homes.home()
    if arguments.remove is not None and arguments.remove.absolute() != home:
        raise BadInput("is not the home that is stopped.", where=str(arguments.remove), todo=f"That is {home}: see DURE_HOME.")
    stopped = []
    if serving.stop(home):
        stopped.append("the server of the portal")
    if serving.stop_workers(home):
        stopped.append("the workers")
    if homes.server_directory(home).exists() and embedded.is_running(homes.server_directory(home)):
        embedded.stop(homes.server_directory(home))
        stopped.append("the private database")
    directory = homes.server_directory(home)
    if arguments.remove is not None and (directory.exists() or embedded.left_behind(directory)):
        if embedded.remove(directory):
            stopped.append("the private database")
        print(f"removed: the private database of {home}")
    elif left := embedded.left_behind(directory):
        print(f"left behind: the private database of {home}, in {left}: `dure stop --remove {home}` stops and deletes it")
    print(f"stopped: {', '.join(stopped)}" if stopped else f"nothing ran for {home}")
    return 0
