"""How files of earlier versions are read: every decision's formats have a version, and each step up has its upgrade.

A change that older files cannot satisfy adds one `Step` to the decision's list. The step gives an older document what the
newer format asks for, so that whatever was filed before stays readable and verifies for ever; its bytes stay as they were.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from dure.formats.errors import BadInput

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


def same(document: dict[str, Any]) -> dict[str, Any]:
    """The document as it is."""
    return document


def adding(**fields: Any) -> Upgrade:
    """Gives a document fields that it did not have, with the values that say what used to go without saying."""
    return lambda document: {**fields, **document}


class Step(NamedTuple):
    """From one version of a decision's formats to the next, part by part."""

    facts: Upgrade = same
    rules: Upgrade = same
    recommendation: Upgrade = same


# By decision: the nth step takes version n to n + 1.
STEPS: dict[str, tuple[Step, ...]] = {}


def version_of(decision: str) -> int:
    """The version in which that decision's files are written now."""
    return 1 + len(STEPS.get(decision, ()))


def upgraded(decision: str, part: str, document: Any, *, version: int, where: str) -> Any:
    """A plain document of that version as the current version has it; raises `BadInput` for a version that is not known."""
    now = version_of(decision)
    if not isinstance(version, int) or not 1 <= version <= now:
        raise BadInput(
            f"is of version {version!r}; versions 1 to {now} are known.",
            where=where,
            todo="Use a newer dure, or correct the version.",
            code="unknown_version",
        )
    for step in STEPS.get(decision, ())[version - 1 :]:
        document = getattr(step, part)(document)
    return {**document, "version": now} if part == "facts" and isinstance(document, dict) else document
