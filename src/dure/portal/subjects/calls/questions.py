"""Questions about a call and their answers: published without the name of whoever asked."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.portal.subjects.acts.choices import title_of
from dure.records.procurement import access, queries


@dataclass(frozen=True)
class Asked:
    """One question as a reader may see it. `waits`: what is said in place of the answer; `href`: its page, while it waits."""

    number: int
    question: str
    asked_at: Any
    answer: str
    answered_at: Any
    waits: str
    href: str


def of_call(call: Any, reader: Any) -> list[Asked]:
    """Those of the call that this reader may see, in the order asked: a single statement."""
    return [shown(each, reader) for each in access.visible_questions(reader).filter(call=call).order_by("asked_at", "id")]


def shown(question: Any, reader: Any) -> Asked:
    """One question for this reader, without who asked it."""
    open_ = question.answered_at is None
    return Asked(
        number=question.pk,
        question=question.question,
        asked_at=question.asked_at,
        answer=question.answer,
        answered_at=question.answered_at,
        waits=waits_for(question, reader) if open_ else "",
        href=reverse("objects:one", kwargs={"kind": "question", "key": str(question.pk)}) if open_ else "",
    )


def waits_for(question: Any, reader: Any) -> str:
    """What whoever may see an open question is told of it."""
    if question.asked_by_id == reader.pk:
        return _("You asked this. It waits for its answer; until then only you and the offices see it.")
    return _("It waits for its answer; until then only the offices and whoever asked see it.")


def published() -> Table:
    """Every question that was answered, with its answer: open data."""
    rows = [
        {
            "call": each.call_id,
            "title": title_of(each.call),
            "asked_at": each.asked_at.isoformat(),
            "question": each.question,
            "answered_at": each.answered_at.isoformat() if each.answered_at else None,
            "answer": each.answer,
        }
        for each in queries.published_questions()
    ]
    columns = [
        Column("call", _("Call"), "code"), Column("title", _("Title of the call")), Column("asked_at", _("Asked at"), "instant"),
        Column("question", _("Question")), Column("answered_at", _("Answered at"), "instant"), Column("answer", _("Answer")),
    ]  # fmt: skip
    return Table("questions", _("Questions and answers"), columns, rows)
