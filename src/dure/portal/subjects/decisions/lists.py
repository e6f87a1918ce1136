"""The lists of decisions: what was decided, at each official desk, and every entry and act, for the auditor."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.cycle.commands.registry import LABELS
from dure.cycle.stages import STAGES
from dure.formats.stages import DECISIONS
from dure.portal.kit.lists.columns import called, state, words_of
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Row, Text
from dure.portal.kit.lists.shown import leading_to
from dure.portal.kit.wording.about import abouts, heading, named_column
from dure.records.journal import queries
from dure.records.journal.names import holds
from dure.records.titles import called_so

ANSWERS = {"approval": _("Approved"), "refusal": _("Refused")}
TONES = {"approval": "good", "refusal": "bad", None: "wait"}


_own = leading_to("decision", "seq", sample=0)
_answered = leading_to("decision", "seq", sample=0, key="refers_to")


def _decision(row: Row, desk: str) -> str:
    return _answered(row, desk) if row["refers_to"] else _own(row, desk)


def by_person(field: str) -> Callable[[str], Q]:
    """A condition on the name or log-in name of the person in that field."""

    def condition(word: str) -> Q:
        return Q(**{f"{field}__username__icontains": word}) | holds(f"{field}__name", word)

    return condition


def _searched(word: str) -> Q:
    return Q(subject__icontains=word) | called_so(word) | by_person("who")(word)


def with_abouts(rows: list[dict[str, Any]]) -> None:
    """Add to each entry by name what it is about, for all of them in one statement."""
    named = abouts((row["decision"], row["subject"]) for row in rows if "subject" in row)
    for row in rows:
        if "subject" in row:
            row["about"] = named[row["decision"], row["subject"]]


def _heading(row: Row) -> str:
    return heading(row["decision"], row["about"])


SEQ = Column(key="seq", label=_("No."), kind="number")
FILED_BY = called("filed_by", _("Filed by"), "who__name")
SUBJECT = Column(key="subject", label=_("Id of the subject"), kind="code", show=lambda row: row["about"].id)
ENTRY = {"decision": "decision", "subject": "subject", "refers_to": "refers_to_id"}
DECIDED = List(
    key="decided",
    title=_("Decided"),
    columns=(
        SEQ,
        Column(
            key="what", label=_("Decision"), source="", uses=("decision", "refers_to"),
            show=_heading, href=_decision, beneath=SUBJECT,
        ),
        FILED_BY,
        Column(key="at", label=_("Filed at"), kind="instant"),
        state(ANSWERS, TONES, _("State"), source="answer__kind"),
        called("answered_by", _("Answered by"), "answer__who__name"),
        Column(key="answered_at", label=_("Answered at"), kind="instant", source="answer__at"),
    ),
    order="-seq",
    unique=frozenset({"seq"}),
    extra=ENTRY,
    filters=(
        Choice(key="decision", label=_("Decision"), choices=words_of(lambda: DECISIONS)),
        Choice(key="state", label=_("State"), choices=ANSWERS.items, field="answer__kind"),
        DateRange(key="at", label=_("Filed at")),
        DateRange(key="answered", label=_("Answered at"), field="answer__at"),
    ),
    search=_searched,
    searched=_("Subject by name or id, or person"),
    empty=_("Nothing has been decided yet. What is filed waits above until a named person answers it."),
)  # fmt: skip


_BY_KEY = {each.key: each for each in STAGES}


def _stage(key: str) -> str:
    return gettext(_BY_KEY[key].title) if key in _BY_KEY else key


_file = leading_to("api:open_entry", "seq", key="seq", sample=0, of_desk=False)


OPEN = List(
    key="decisions",
    title=_("Approved decisions"),
    columns=(
        SEQ,
        Column(key="stage", label=_("Stage"), show=lambda row: _stage(row["stage"])),
        Column(key="what", label=_("Decision"), source="", uses=("decision",), show=_heading, href=_own, beneath=SUBJECT),
        Column(key="approved_at", label=_("Approved at"), kind="instant", source="answer__at"),
        Column(key="file", label=_("File"), kind="code", source="", show=lambda row: _file(row, ""), href=_file),
    ),
    order="-approved_at",
    unique=frozenset({"seq"}),
    extra={"decision": "decision", "subject": "subject"},
    filters=(
        Choice(key="stage", label=_("Stage"), choices=lambda: [(each, _stage(each)) for each in _BY_KEY]),
        DateRange(key="approved", label=_("Approved at"), field="answer__at"),
    ),
    empty=_("Nothing has been decided yet."),
)
KINDS = {"recommendation": _("Recommendation"), "approval": _("Approval"), "refusal": _("Refusal")}


def _what(row: Row) -> str:
    what = _heading(row)
    return f"{what} ← {row['refers_to']}" if row["refers_to"] else what


JOURNAL = List(
    key="journal",
    title=_("Journal"),
    columns=(
        SEQ,
        Column(key="kind", label=_("Kind"), show=lambda row: str(KINDS[row["kind"]])),
        Column(
            key="what", label=_("Entry"), source="", uses=("decision", "refers_to"), show=_what, href=_decision,
            beneath=SUBJECT,
        ),
        FILED_BY,
        Column(key="at", label=_("When"), kind="instant"),
        Column(
            key="state", label=_("State"), source="answer__kind", nullable=True, uses=("kind",),
            show=lambda row: str(ANSWERS.get(row["state"], _("Waiting"))) if row["kind"] == "recommendation" else "",
            tone=lambda row: TONES[row["state"]],
        ),
        Column(key="digest", label=_("Facts digest"), kind="code", source="facts_id", nullable=True,
               show=lambda row: (row["digest"] or "")[:12]),
        Column(key="hash", label=_("Hash"), kind="code", show=lambda row: row["hash"][:12]),
    ),
    order="-seq",
    unique=frozenset({"seq"}),
    extra=ENTRY,
    filters=(
        Choice(key="kind", label=_("Kind"), choices=KINDS.items),
        Choice(key="decision", label=_("Decision"), choices=words_of(lambda: DECISIONS)),
        Choice(
            key="state", label=_("State"), choices=lambda: (("waiting", _("Waiting")), *ANSWERS.items()),
            where=lambda value: Q(kind="recommendation", **(
                {"answer__isnull": True} if value == "waiting" else {"answer__kind": value})),
        ),
        Text(key="subject", label=_("Id of the subject")),
        DateRange(key="at", label=_("When")),
    ),
    search=_searched,
    searched=_("Subject by name or id, or person"),
    empty=_("The journal is empty. Its first entry is the first recommendation that is filed."),
)  # fmt: skip
DOORS = {
    "page": _("Page"), "api": _("API"), "command line": _("Command line"), "import": _("Import"), "script": _("Script"),
    "worker": _("System"),
}  # fmt: skip


def _command(key: str) -> str:
    from django.utils.translation import gettext

    return gettext(LABELS[key]) if key in LABELS else key


ACTS = List(
    key="acts",
    title=_("Acts"),
    columns=(
        Column(key="id", label=_("No."), kind="number"),
        Column(key="at", label=_("When"), kind="instant"),
        Column(key="command", label=_("Act"), show=lambda row: _command(row["command"])),
        named_column("about", _("Subject")),
        called("person", _("Who"), "person__name"),
        Column(key="via", label=_("By which door"), show=lambda row: str(DOORS.get(row["via"], row["via"]))),
    ),
    order="-id",
    unique=frozenset({"id"}),
    filters=(
        Choice(key="command", label=_("Act"), choices=lambda: [(each, _command(each)) for each in queries.commands_done()]),
        Choice(key="via", label=_("By which door"), choices=DOORS.items),
        Text(key="about", label=_("Subject")),
        DateRange(key="at", label=_("When")),
    ),
    search=queries.acts_matching,
    searched=_("Subject or person"),
    empty=_("Nobody has acted yet. Every command that is carried out appears here, once."),
)  # fmt: skip
