"""What the figures were measured on: enough to compare, nothing that names a machine."""

import os
import platform
import sys


def description() -> dict[str, str | int]:
    """Processor architecture, cores, memory in GiB and Python."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "architecture": platform.machine(),
        "cores": os.cpu_count() or 0,
        "memory_gib": round(pages * size / 2**30),
        "python": ".".join(map(str, sys.version_info[:3])),
        "system": platform.system(),
    }
