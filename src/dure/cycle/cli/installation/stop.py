"""Stop what runs for this home: the server of the portal, its workers, and the private database."""

import argparse

from dure.cycle.installing import homes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure stop`: none."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 also where nothing ran."""
    del arguments
    from dure.connectors.postgres import embedded
    from dure.cycle.installing import serving

    home = homes.home()
    stopped = []
    if serving.stop(home):
        stopped.append("the server of the portal")
    if serving.stop_workers(home):
        stopped.append("the workers")
    if homes.server_directory(home).exists() and embedded.is_running(homes.server_directory(home)):
        embedded.stop(homes.server_directory(home))
        stopped.append("the private database")
    print(f"stopped: {', '.join(stopped)}" if stopped else f"nothing ran for {home}")
    return 0
