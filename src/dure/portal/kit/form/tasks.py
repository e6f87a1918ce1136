"""The task list of a long form: its parts in order, each with what is in it and how far it is filled in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.names import codes
from dure.portal.kit.form.reading import Typed, any_typed, read
from dure.portal.kit.wording.numbers import number

LONGEST_WHOLE = 10  # a form with more inputs is divided into parts


class Part(NamedTuple):
    """A part of a form: its title and the names of its fields, in the order of the page."""

    title: str
    fields: tuple[str, ...]


# The parts of each long form by command; every field that the form asks is in one of them.
PARTS: dict[str, tuple[Part, ...]] = {
    "submit_application": (
        Part(gettext_noop("Call and applicant"), ("call", "organisation", "id")),
        Part(gettext_noop("Project"), ("title", "sector", "purpose", "use")),
        Part(gettext_noop("Servers asked for"), ("models", "servers", "minimum_servers", "pod")),
        Part(gettext_noop("Time of use"), ("weeks", "earliest_week", "latest_week")),
        Part(gettext_noop("Further details"), ("people", "large_project_plan", "supported_by")),
    ),
    "submit_proposal": (
        Part(gettext_noop("Call and provider"), ("call", "provider", "id")),
        Part(gettext_noop("What you offer"), ("lots",)),
        Part(gettext_noop("Company and cooling"), ("spc_participant", "cooling")),
    ),
    "open_round": (
        Part(gettext_noop("Call and weeks of the round"), ("id", "call", "start_on", "weeks")),
        Part(gettext_noop("What is allocated"), ("pools", "sectors", "draw_seed")),
    ),
    "open_survey": (
        Part(gettext_noop("Title and days of the survey"), ("id", "title", "opened_on", "closed_on")),
        Part(gettext_noop("Who is asked"), ("invited", "frame")),
        Part(gettext_noop("Last survey"), ("past",)),
    ),
    "design_burden": (
        Part(gettext_noop("Month of use"), ("period",)),
        Part(gettext_noop("What others ask and what users would pay"), ("comparables", "survey")),
        Part(gettext_noop("GPUs offered"), ("places",)),
    ),
    "add_site": (
        Part(gettext_noop("Name and provider"), ("id", "name", "provider")),
        Part(gettext_noop("Power and cooling"), ("power_kw", "cooling_kw")),
        Part(gettext_noop("Racks, network and crews"), ("racks", "network_ports", "crews")),
    ),
    "add_cluster": (
        Part(gettext_noop("Agreement, place and promised day"), ("id", "agreement", "site", "pool", "promised_on")),
        Part(gettext_noop("Servers and GPUs"), ("gpu_model", "gpus_per_server", "servers")),
        Part(gettext_noop("Racks, network and power"), ("servers_per_rack", "ports_per_server", "power_w_per_server")),
    ),
    "report_buildout": (
        Part(gettext_noop("Calendar"), ("start_on", "weeks", "holidays")),
        Part(gettext_noop("Sites, clusters and simulation"), ("sites", "clusters", "seed")),
        Part(gettext_noop("Late milestones"), ("causes",)),
    ),
}


class AtPath(Protocol):
    """What a page shows of one field of a form."""

    @property
    def path(self) -> str:
        """The name of the field."""


Shown = TypeVar("Shown", bound=AtPath)


@dataclass(frozen=True)
class Section(Generic[Shown]):
    """A part on a page: the id that addresses lead to, its title, and what is shown of each of its fields."""

    id: str
    title: str
    holds: list[Shown]


@dataclass(frozen=True)
class Task:
    """A line of the task list: the id of its part, the title, and how far the part is filled in, in words and as a tone."""

    id: str
    title: str
    state: str
    tone: str


@dataclass(frozen=True)
class Progress:
    """The task list, and in a sentence how many of its parts are complete."""

    tasks: list[Task]
    says: str


def inputs(fields: Sequence[Field]) -> int:
    """How many inputs a form with these fields has; a list has as many as its columns, or one where it is pasted."""
    return sum(_inputs_of(each) for each in fields)


def _inputs_of(field: Field) -> int:
    if field.kind == "names":
        return len(codes())
    return inputs(field.items) if field.is_group and not field.pasted else 1


def sections(command: str, shown: Sequence[Shown]) -> list[Section[Shown]]:
    """What is shown of each field, by part; nothing where the form has no parts."""
    by_path = {each.path: each for each in shown}
    return [
        Section(anchor, _(part.title), [by_path[name] for name in part.fields if name in by_path])
        for anchor, part in _parts(command)
    ]


def progress(command: str, fields: Sequence[Field], typed: Typed) -> Progress | None:
    """How far each part is filled in; nothing where the form has no parts."""
    if command not in PARTS:
        return None
    by_name = {each.name: each for each in fields}
    states = [(anchor, part.title, *_state([by_name[name] for name in part.fields], typed)) for anchor, part in _parts(command)]
    tasks = [Task(anchor, _(title), said, tone) for anchor, title, said, tone in states]
    optional = sum(each.tone == "plain" for each in tasks)
    counts = {"done": number(sum(each.tone == "good" for each in tasks)), "all": number(len(tasks) - optional)}
    says = _("%(done)s of %(all)s parts complete") % counts
    if optional:
        says = _("%(says)s, %(n)s more optional") % {"says": says, "n": number(optional)}
    return Progress(tasks, says)


def _parts(command: str) -> Iterator[tuple[str, Part]]:
    """The parts of the form, each with the id of its place on the page."""
    return ((f"part-{place}", part) for place, part in enumerate(PARTS.get(command, ()), start=1))


def _state(fields: Sequence[Field], typed: Typed) -> tuple[str, str]:
    """How far a part is filled in, in words, and its tone; what the check would find missing or wrong is still needed."""
    begun = any(_is_begun(each, typed) for each in fields)
    needed = len(read(fields, typed)[1])
    if needed and begun:
        return _still_needed(needed), "wait"
    if needed:
        return _("Not started"), ""
    return (_("Complete"), "good") if begun or read(fields, {})[1] else (_("Optional"), "plain")


def _is_begun(field: Field, typed: Typed) -> bool:
    """Has anything been filled in that the form did not choose by itself?"""
    given = typed.get(field.name, "")
    if field.kind == "check":
        return given == "yes" and not field.default
    return given != field.default and any_typed([field], typed, "")


def _still_needed(count: int) -> str:
    if count == 1:
        return _("In progress: 1 answer is still needed")
    return _("In progress: %(n)s answers are still needed") % {"n": number(count)}
