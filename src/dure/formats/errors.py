"""The ways in which an answer can fail to be given, each with a stable code."""

import json
from collections.abc import Mapping
from typing import Any


class BadInput(Exception):
    """Input that cannot be taken as what it claims to be: command exit code 2.

    Says what is wrong, where, why it matters and what to do. `code` never changes once published; `detail` holds
    the values seen, so that a page can say the same in the reader's language. `command`: the one that was asked, where one
    was; what a field is called, its struct says.
    """

    command = ""

    def __init__(
        self, what: str, *, where: str = "", todo: str = "", code: str = "bad_input", detail: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(what)
        self.what, self.where, self.todo, self.code, self.detail = what, where, todo, code, dict(detail or {})

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.todo}" if self.todo else ""
        return f"{place}{self.what}{advice}"


_KEPT = frozenset({"constraint", "trigger", "sqlstate"})  # what names the sentence of a refusal by the records


def stated(error: Exception) -> str:
    """What a later reader needs to say the refusal in another language, as JSON text of at most 2,000 characters."""
    said = {
        "code": getattr(error, "code", ""),
        "what": getattr(error, "what", str(error))[:600],
        "where": getattr(error, "where", "")[:200],
        "detail": {key: value[:100] for key, value in getattr(error, "detail", {}).items() if key in _KEPT},
    }
    return json.dumps(said, ensure_ascii=False)


def read_stated(text: str) -> BadInput | None:
    """The refusal that `stated` wrote; nothing for any other text."""
    try:
        said = json.loads(text)
        return BadInput(said["what"], where=said["where"], code=said["code"], detail=said.get("detail"))
    except (ValueError, TypeError, KeyError):
        return None


class Refused(BadInput):
    """Well-formed, but not for this person or not now.

    Codes: `not_permitted` (this desk may not), `not_yours` (another organisation's; shown as "does not exist"), `not_now`
    (the subject is in another state), `stale` (somebody changed the subject meanwhile), `key_reused`, `step_up_needed`.
    """


class Infeasible(Exception):
    """Well-formed facts for which no answer satisfies the rules: command exit code 3.

    ``code`` names the constraint that cannot be met, ``detail`` the figures behind it.
    """

    def __init__(self, what: str, *, code: str, detail: dict[str, str] | None = None) -> None:
        super().__init__(what)
        self.what, self.code, self.detail = what, code, detail or {}


class CheckFailed(Exception):
    """The independent checker found faults, so the recommendation was not filed: a defect of ours."""

    code = "check_failed"
