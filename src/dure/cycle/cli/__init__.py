"""Thin commands over the hand-offs: one file each, with `add_arguments` and `run`."""

import keyword

COMMANDS = {
    "decide": "print the recommendation of one decision",
    "check": "verify a recommendation independently",
    "convert": "write a file with its longest lists as Parquet tables, or back as JSON",
    "schema": "print the JSON Schema of a stage's file",
    "rules": "validate a folder of rules, or show it",
    "verify": "verify an exported journal",
    "replay": "run every filed decision again",
    "demo": "run the 2025 programme from budget to rebalancing",
    "act": "carry out one command of the programme as a person",
    "import": "preview or carry out a table of commands",
    "token": "make a token for a program and show it once",
    "serve": "serve the portal",
    "docs": "regenerate the reference pages",
}


def module(name: str) -> str:
    """The module of that word; a word of Python's gets an underscore."""
    return f"dure.cycle.cli.{name}_" if keyword.iskeyword(name) else f"dure.cycle.cli.{name}"
