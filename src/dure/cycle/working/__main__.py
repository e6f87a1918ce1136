"""One process of a worker; `dure worker` starts it, and starts another one when it dies."""

import argparse

from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing.addresses import WORKER


def main() -> None:
    """Work until told to stop."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument("--queues", required=True)
    parser.add_argument("--keeper", type=int, required=True)
    given = parser.parse_args()
    open_installation(WORKER)
    from dure.cycle.working.process import run

    run(given.queues.split(","), keeper=given.keeper)


if __name__ == "__main__":
    main()
