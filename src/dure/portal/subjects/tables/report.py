"""What a table would do, or has done, and what is wrong with which of its rows, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dure.cycle.commands.importing import Fault, Made, Report, refusal_of_row
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.spreading import parts
from dure.portal.kit.form.fields import fields_of
from dure.portal.kit.form.labels import label
from dure.portal.kit.refusals.saying import say, where_stopped
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.outcome import href_of

MOST_NAMED = 5  # remarks
MOST_SHOWN = 50  # of the rows in which nothing is wrong; of the others all that were found are shown


@dataclass(frozen=True)
class Line:
    """One row of the table: where it stands, the column to blame if one is, what forms call that, and what is to be said."""

    number: str
    says: str
    column: str = ""
    called: str = ""
    href: str = ""
    new: bool = False


@dataclass(frozen=True)
class Told:
    """The report as a page tells it.

    `more`: how many rows in which nothing is wrong are not shown. `stopped`: says which rows were not tried, where some were not.
    """

    figures: list[Figure]
    faults: list[Line]
    made: list[Line]
    more: str
    applied: bool
    clean: bool
    stopped: str = ""


def told(report: Report) -> Told:
    """That report for the reader."""
    figures = [
        Figure(_("Rows"), number(report.rows)),
        Figure(_carried_out(report), number(len(report.made)), tone="good"),
        Figure(_("Faults found"), number(len(report.faults)), tone="bad" if report.faults else ""),
    ]
    if report.remarks:
        figures.append(Figure(_("Passed over as remarks"), _in_rows(report.remarks)))
    called = labels(report.command)
    beyond = len(report.made) - MOST_SHOWN
    return Told(
        figures,
        [_fault(report.command, each, called.get(each.column, "")) for each in report.faults],
        [_made(each, linked=report.applied) for each in report.made[:MOST_SHOWN]],
        number(beyond) if beyond > 0 else "",
        report.applied,
        clean=not report.faults and report.rows > 0,
        stopped=where_stopped(report.stopped) if report.stopped else "",
    )


def _carried_out(report: Report) -> str:
    """What is counted beside the rows; an act may have many of them."""
    if parts(row_of(report.command).command):
        return _("Acts carried out") if report.applied else _("Acts possible")
    return _("Carried out") if report.applied else _("Possible")


def _in_rows(rows: list[int]) -> str:
    """The numbers of rows; of many the first."""
    some = ", ".join(number(each) for each in rows[:MOST_NAMED])
    said = _("Row %(n)s") % {"n": some}
    return said if len(rows) <= MOST_NAMED else f"{said} …"


def labels(command: str) -> dict[str, str]:
    """By column what the command's form calls it, where its form has such a field."""
    return {each.key: label(each) for each in fields_of(row_of(command).command)}


def in_words(command: str, fault: Fault) -> str:
    """What is wrong, and what to do where that is known in the reader's language."""
    return say(refusal_of_row(command, fault))


def _fault(command: str, fault: Fault, called: str) -> Line:
    return Line(number(fault.line) if fault.line else "", in_words(command, fault), fault.column, called)


def _made(made: Made, *, linked: bool) -> Line:
    kind, _slash, key = made.about.partition("/")
    return Line(
        number(made.line), f"{name(kind)} {key}", href=href_of(made.about) if linked or made.known else "", new=not made.known
    )
