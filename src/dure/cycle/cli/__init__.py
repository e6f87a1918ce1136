"""Thin commands over the hand-offs: one file each, with `add_arguments` and `run`."""

COMMANDS = {
    "decide": "print the recommendation of one decision",
    "check": "verify a recommendation independently",
    "convert": "write a file with its longest lists as Parquet tables, or back as JSON",
    "schema": "print the JSON Schema of a stage's file",
    "rules": "validate a folder of rules, or show it",
    "verify": "verify an exported journal",
    "replay": "run every filed decision again",
    "demo": "run the 2025 programme from budget to rebalancing",
    "serve": "serve the portal",
    "docs": "make the generated reference pages anew",
}
