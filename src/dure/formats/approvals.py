"""approvals: who answers which recommendation."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Money, Rules


class ApprovalRules(Rules, frozen=True, kw_only=True):
    """Desks and signatures by decision. A person who filed a recommendation, or gains by it, never answers it."""

    topic: ClassVar[str] = "approvals"
    desks: Annotated[dict[str, tuple[str, ...]], Meta(description="desks that may answer, by decision")]
    two_signatures_from: Annotated[
        dict[str, Money], Meta(description="amount from which two people must sign, by decision; a decision not named needs one")
    ]
    signed_decisions: Annotated[
        tuple[str, ...],
        Meta(description="decisions that nobody answers without a key; who has one signs every answer, whatever the decision"),
    ]
    step_up_minutes: Annotated[
        int, Meta(ge=1, le=1440, description="longest age of a log-in, in minutes, for acts that move money or answer decisions")
    ]
