"""What a verification says: each fault in one sentence, with what was expected and what was found."""

from typing import Annotated, Any

from msgspec import Meta, field

from dure.formats.kinds import Part


class Finding(Part, frozen=True, kw_only=True):
    """One fault. `code` never changes once published."""

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$"), Meta(description="stable key of the check that failed")]
    where: Annotated[str, Meta(description="part and row of the export")]
    expected: Annotated[str, Meta(description="what follows from everything else")]
    found: Annotated[str, Meta(description="what stands there")]

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, found {self.found} ({self.code})."


class Report(Part, frozen=True, kw_only=True):
    """Everything that was found, what could not be judged and why, and how much was looked at."""

    findings: Annotated[tuple[Finding, ...], Meta(description="faults, in the order of the checks")]
    remarks: Annotated[tuple[str, ...], Meta(description="what was not or could not be judged, a sentence each")]
    counts: Annotated[dict[str, int], Meta(description="how much was looked at")] = field(default_factory=dict)


def finding(code: str, where: str, expected: Any, found: Any) -> Finding:
    """A fault, its values shortened to what a line holds."""
    return Finding(code=code, where=where, expected=_short(expected), found=_short(found))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
