"""dure: runs a public GPU programme end to end."""

__version__ = "0.1.0"
