"""One decision as a page: explained, with its tables as the address asks for them, its reasons and the rules read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dure.portal.kit.listing import Listing, listing
from dure.portal.kit.section import Section, rows_of, section
from dure.portal.kit.shown import Chart, Column, Shown, Table
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.readings import ReadRule, read_rules
from dure.portal.subjects.decisions.reasons import sentence


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


def decision_page(filed: Filed, asked: Mapping[str, str], *, files: str, public: bool) -> DecisionPage:
    """The page; `files`: the address below which tables lie as CSV."""
    shown = explain(filed)
    shown = shown.only_public() if public else shown
    return DecisionPage(
        heading=heading(filed.decision, filed.subject),
        filed=filed,
        shown=shown,
        sections=[_with_file(section(each, asked, files=files), files) for each in shown.sections if rows_of(each)],
        reasons=listing(reasons_table(filed, public=public), asked, csv=f"{files}reasons.csv"),
        rules=read_rules(filed.readings),
        assumed=len(filed.assumed),
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
    rows = [
        {"item": name(each["item"], filed.names), "reason": sentence(each, filed.names), "code": each["code"]}
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


def table_of(filed: Filed, key: str, *, public: bool) -> Table | None:
    """The table of that key, where it may be handed out."""
    if key == "reasons":
        return reasons_table(filed, public=public)
    shown = explain(filed)
    return (shown.only_public() if public else shown).table(key)


def chart_of(filed: Filed, key: str, *, public: bool) -> Chart | None:
    """The chart drawn from the table of that key, where it may be handed out."""
    shown = explain(filed)
    parts = (shown.only_public() if public else shown).sections
    return next((each for each in parts if isinstance(each, Chart) and each.table.key == key and each.svg), None)
