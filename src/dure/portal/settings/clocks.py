"""With which clocks that of the database is compared before a deadline."""

import os

from dure.connectors.clocks.sntp import read_sources

__all__ = ["DURE_CLOCKS"]
DURE_CLOCKS = read_sources(os.environ.get("DURE_CLOCKS", ""), where="DURE_CLOCKS")
