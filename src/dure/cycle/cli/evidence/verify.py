"""Verify an export of evidence, or an exported journal: chain, signatures, approvals, decisions, records. Needs no database."""

from dure.evidence.__main__ import add_arguments, run

__all__ = ["add_arguments", "run"]
