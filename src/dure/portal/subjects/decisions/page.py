"""One decision as a page: explained, with its tables as the address asks for them, its reasons and the rules read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.listing import Listing, listing
from dure.portal.kit.section import Section, rows_of, section, shown_with
from dure.portal.kit.shown import Chart, Shown, Table
from dure.portal.kit.wording.about import about, heading
from dure.portal.subjects.decisions.edits import ShownEdit, edits_in_words
from dure.portal.subjects.decisions.explained import ASSUMED, Explained, explained
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.parts import CONFIDENTIAL, NAMED, NAMES_BIDDERS, WHOLE
from dure.portal.subjects.decisions.readings import ReadRule, read_rules


@dataclass(frozen=True)
class DecisionPage:
    """Everything that the template of a decision writes; `subject`: the id of what it is about, where its name is not all."""

    heading: str
    subject: str
    filed: Filed
    shown: Shown
    sections: list[Section]
    reasons: Listing
    rules: list[ReadRule]
    assumed: int
    edits: list[ShownEdit]


def decision_page(
    entry: Any, asked: Mapping[str, str], *, files: str, public: bool, office: bool = False, named: bool = False, only: str = ""
) -> DecisionPage:
    """The page; `files`: the address below which its tables are files; `office`: for the office that keeps the matter.

    `named`: for who may know the bidders before the award. `only`: the table that is asked for alone.
    """
    found = _explained(entry, named=named)
    return page_of(found.filed(entry), found, asked, files=files, public=public, office=office, only=only)


def _explained(entry: Any, *, named: bool) -> Explained:
    return explained(entry, NAMED if named and entry.decision in NAMES_BIDDERS else WHOLE)


def page_of(
    one: Filed, found: Explained, asked: Mapping[str, str], *, files: str, public: bool, office: bool = False, only: str = ""
) -> DecisionPage:
    """The page of a recommendation that has been explained."""
    shown, readings = _readable(found.shown, public=public, office=office), found.frame["readings"]
    named = about(one.decision, one.subject)
    return DecisionPage(
        heading=heading(one.decision, named),
        subject=named.id,
        filed=one,
        shown=shown,
        sections=[
            _with_file(section(each, asked, files=files), files) for each in shown_with(shown.sections, only) if rows_of(each)
        ],
        reasons=listing(_reasons(found, one.decision, public=public), asked, csv=f"{files}reasons.csv"),
        rules=read_rules(readings),
        assumed=sum(each["status"] == ASSUMED for each in readings),
        edits=edits_in_words(one.decision, one.edits, one.names) if one.edits and not public else [],
    )


def _with_file(made: Section, files: str) -> Section:
    return replace(made, svg=f"{files}{made.listing.table.key}.svg") if made.chart else made


def _reasons(found: Explained, decision: str, *, public: bool) -> Table:
    """The reasons as sentences; where persons apply, the public sees no single item."""
    if public and decision in PERSONAL:
        return Table("reasons", _("Reasons"), [], [])
    bare = public and decision in CONFIDENTIAL
    return replace(found.tables["reasons_said" if bare else "reasons"], key="reasons")


# Decisions about applicants and their use: what is said of one of them is for that applicant and the officials.
PERSONAL = frozenset(
    {"evaluation", "eligibility", "allocation", "provisioning", "metering", "reclaim", "burden", "settlement", "outcomes"}
)


def _readable(shown: Shown, *, public: bool, office: bool = False) -> Shown:
    """The explanation as far as this reader may see it."""
    if public:
        return shown.only_public()
    return shown if office else shown.without_office()


def table_of(entry: Any, key: str, *, public: bool, office: bool = False, named: bool = False) -> Table | None:
    """The table of that key, where it may be handed out."""
    found = _explained(entry, named=named)
    if key == "reasons":
        return _reasons(found, entry.decision, public=public)
    return _readable(found.shown, public=public, office=office).table(key)


def chart_of(entry: Any, key: str, *, public: bool, office: bool = False, named: bool = False) -> Chart | None:
    """The chart drawn from the table of that key, where it may be handed out."""
    parts = _readable(_explained(entry, named=named).shown, public=public, office=office).sections
    return next((each for each in parts if isinstance(each, Chart) and each.table.key == key and each.svg), None)
