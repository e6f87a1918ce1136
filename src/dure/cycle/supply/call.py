"""The agency invites cloud providers; proposals come in before the deadline and are not altered afterwards."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from dure.records.procurement import actions
from dure.records.procurement.models import Call, Proposal


def open_to_providers(*, notice: Mapping[str, Any], questions: Iterable[Mapping[str, Any]] = ()) -> Call:
    """Open the call of that notice, with the questions asked and answered about it."""
    call = actions.open_call(**notice)
    for each in questions:
        asked = actions.ask_question(call=call, question=each["question"], at=each["asked_at"])
        if each.get("answer"):
            actions.answer_question(question=asked, answer=each["answer"], at=each["answered_at"])
    return call


def receive(*, call: Call, proposal: str, provider: str, content: Mapping[str, Any], at: dt.datetime) -> Proposal:
    """Take in one proposal; late ones are refused."""
    return actions.submit_proposal(call=call, id=proposal, provider=provider, content=dict(content), at=at)
