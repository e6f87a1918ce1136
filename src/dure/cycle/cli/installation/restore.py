"""Fill an empty database from a backup."""

import argparse
import os
from pathlib import Path

from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing import homes
from dure.cycle.installing.addresses import ADMIN, address
from dure.cycle.installing.archive import RULES, unpacked
from dure.cycle.installing.place import keep_variables, prepare


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure restore`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what `dure backup` wrote")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when everything is back and the journal verifies; 1 when the journal has faults."""
    home = homes.home_for(homes.INSTALLED)
    os.environ["DURE_HOME"] = str(home)
    with unpacked(arguments.file, beside=home) as (parts, about), homes.alone_in(home):
        place = prepare(home, str(parts / RULES))
        open_installation(ADMIN)
        from dure.cycle.installing import logins
        from dure.cycle.installing.backups import read_back

        read_back(address(ADMIN), parts, about)
        keep_variables(place, logins.make(home))
    from dure.evidence.journal import verify
    from dure.records.journal.queries import export_lines

    count, faults = verify(line.encode() for line in export_lines())
    print(f"restored: {about['programme']} as of {about['at']}, {count:,} journal entries, {about['acts']:,} acts")
    for fault in faults[:20]:
        print(f"{fault.code}: {fault.where}: {fault.message}")
    print(f"the journal has {len(faults)} faults" if faults else "the journal verifies")
    return 1 if faults else 0
