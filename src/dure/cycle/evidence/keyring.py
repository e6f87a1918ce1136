"""Keys for the people of a programme that is played: made when somebody first answers, ended with the play, and kept nowhere."""

from collections.abc import Mapping
from typing import Any

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.evidence.keys import possession, statement_for
from dure.cycle.lookup import found
from dure.evidence.signatures.signing import key_id, new_private_key, public_key, sign
from dure.formats.canonical import plain
from dure.records.journal import queries as journal

ANSWERS = {"approve_decision": "approval", "refuse_decision": "refusal"}


class KeyRing:
    """Signs in the place of each of these people, with a key of each one's own."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._last: dict[str, Context] = {}

    def signed(self, command: str, given: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """What is given with the command, and where it answers a recommendation the signed statement."""
        if command not in ANSWERS or given.get("signed"):
            return dict(given)
        key = self._key(context)
        entry = found(journal.find(given["entry"]), "recommendation", str(given["entry"]))
        statement = statement_for(entry, context.person, answer=ANSWERS[command], at=context.at)
        return {**given, "signed": plain(sign(key, statement))}

    def _key(self, context: Context) -> str:
        person = context.person.uid
        if person not in self._keys:
            self._keys[person] = new_private_key()
            public = public_key(self._keys[person])
            proof = sign(self._keys[person], possession(context.person, public, programme=context.programme))
            _do("register_key", {"public": public, "signature": proof.signature}, context)
        self._last[person] = context if person not in self._last else max(context, self._last[person], key=lambda each: each.at)
        return self._keys[person]

    def end(self) -> None:
        """Nobody signs with these keys any more: each ends with the last answer of its person."""
        for person, key in self._keys.items():
            _do("end_key", {"key": key_id(public_key(key))}, self._last[person])
        self._keys.clear()


def _do(command: str, given: Mapping[str, Any], context: Context) -> None:
    row = row_of(command)
    run(row, read_command(row, dict(given)), context)
