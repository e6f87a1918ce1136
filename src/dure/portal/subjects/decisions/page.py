"""One decision as a page: explained, with its tables as the address asks for them, its reasons and the rules read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dure.portal.kit.listing import Listing, listing
from dure.portal.kit.section import Section, rows_of, section
from dure.portal.kit.shown import Chart, Column, Shown, Table
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.edits import ShownEdit, edits_in_words
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.readings import ReadRule, read_rules
from dure.portal.subjects.decisions.reasons import said_of, sentence


@dataclass(frozen=True)
class DecisionPage:
    """Everything that the template of a decision writes."""

    heading: str
    filed: Filed
    shown: Shown
    sections: list[Section]
    reasons: Listing
    rules: list[ReadRule]
    assumed: int
    edits: list[ShownEdit]


def decision_page(filed: Filed, asked: Mapping[str, str], *, files: str, public: bool, office: bool = False) -> DecisionPage:
    """The page; `files`: the address below which its tables are files; `office`: for the office that keeps the matter."""
    shown = readable(filed, public=public, office=office)
    return DecisionPage(
        heading=heading(filed.decision, filed.subject),
        filed=filed,
        shown=shown,
        sections=[_with_file(section(each, asked, files=files), files) for each in shown.sections if rows_of(each)],
        reasons=listing(reasons_table(filed, public=public), asked, csv=f"{files}reasons.csv"),
        rules=read_rules(filed.readings),
        assumed=len(filed.assumed),
        edits=[] if public else edits_in_words(filed.decision, filed.edits, filed.names),
    )


def _with_file(made: Section, files: str) -> Section:
    return replace(made, svg=f"{files}{made.listing.table.key}.svg") if made.chart else made


def heading(decision: str, subject: str) -> str:
    """What the decision is about, in words."""
    return name(decision) if subject in ("", book().programme) else f"{name(decision)} · {name(subject)}"


def reasons_table(filed: Filed, *, public: bool) -> Table:
    """The reasons as sentences; where persons apply, the public sees no single item."""
    if public and filed.decision in PERSONAL:
        return Table("reasons", _("Reasons"), [], [])
    bare = public and filed.decision in CONFIDENTIAL
    rows = [
        {
            "item": name(each["item"], filed.names),
            "reason": said_of(each["code"]) if bare else sentence(each, filed.names),
            "code": each["code"],
        }
        for each in filed.reasons
    ]
    return Table(
        "reasons",
        _("Reasons"),
        [Column("item", _("Item"), "code"), Column("reason", _("Reason")), Column("code", _("Constraint"), "code")],
        rows,
    )


# Decisions about applicants and their use: what is said of one of them is for that applicant and the officials.
PERSONAL = frozenset(
    {"evaluation", "eligibility", "allocation", "provisioning", "metering", "reclaim", "burden", "settlement", "outcomes"}
)


# An organisation that lost to a rival keeps what it offered to itself: the public reads the reason without its figures.
CONFIDENTIAL = frozenset({"portfolio"})


def readable(filed: Filed, *, public: bool, office: bool = False) -> Shown:
    """The explanation as far as this reader may see it."""
    shown = explain(filed)
    if public:
        return shown.only_public()
    return shown if office else shown.without_office()


def table_of(filed: Filed, key: str, *, public: bool, office: bool = False) -> Table | None:
    """The table of that key, where it may be handed out."""
    if key == "reasons":
        return reasons_table(filed, public=public)
    return readable(filed, public=public, office=office).table(key)


def chart_of(filed: Filed, key: str, *, public: bool, office: bool = False) -> Chart | None:
    """The chart drawn from the table of that key, where it may be handed out."""
    parts = readable(filed, public=public, office=office).sections
    return next((each for each in parts if isinstance(each, Chart) and each.table.key == key and each.svg), None)
