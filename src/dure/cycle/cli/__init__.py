"""Thin commands over the hand-offs: one file each, with `add_arguments` and `run`."""

import keyword

COMMANDS = {
    "decide": "print the recommendation of one decision",
    "check": "verify a recommendation independently",
    "convert": "write a file with its longest lists as Parquet tables, or back as JSON",
    "schema": "print the JSON Schema of a stage's file",
    "new": "begin a programme of your own from another one",
    "rules": "validate the rules of a programme, or show them",
    "replay": "run every filed decision again",
    "act": "carry out one command of the programme as a person",
    "import": "preview or carry out a table of commands",
    "token": "make a token for a program and show it once",
    "docs": "regenerate the reference pages",
}
EVIDENCE = {
    "export": "write everything that outsiders can verify into one file",
    "verify": "verify an export of evidence, or an exported journal",
    "heads": "sign the head of the log, and let witnesses countersign it",
    "compare-heads": "compare the journal with the heads that witnesses hold",
    "key": "make, register and use a key with which a person signs",
}
INSTALLATION = {
    "demo": "run the 2025 programme from budget to rebalancing, and serve it",
    "run": "take a programme through its stages, as its script says",
    "init": "make an installation: database, programme, and a link for its first administrator",
    "serve": "serve the portal",
    "worker": "do the work that no page waits for",
    "stop": "stop the server of the portal, its workers and the private database",
    "migrate": "bring the database to this version of dure",
    "backup": "write everything into one file",
    "restore": "fill an empty database from a backup",
    "doctor": "say what is wrong with this installation",
}
WORDS = COMMANDS | EVIDENCE | INSTALLATION


def module(name: str) -> str:
    """The module of that word; a word of Python's gets an underscore."""
    room = ".installation" if name in INSTALLATION else ".evidence" if name in EVIDENCE else ""
    plain = name.replace("-", "_")
    return f"dure.cycle.cli{room}.{plain}_" if keyword.iskeyword(plain) else f"dure.cycle.cli{room}.{plain}"
