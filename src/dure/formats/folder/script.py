"""`script.yaml`: who does what when, as a closed form: no expressions, no arithmetic, no names but those of files and steps."""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from dure.formats.folder.stages import HandOffName, StageKey
from dure.formats.kinds import Id

Path = Annotated[str, Meta(min_length=1, description="names and places from the outside in, joined by `/`")]


class Condition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is", "in_": "in"}):
    """What a field of a row must be; all that are given must hold."""

    is_: Annotated[str | int | bool | None, Meta(description="this value; null: any")] = None
    in_: Annotated[tuple[str | int | bool, ...], Meta(description="one of these values")] = ()
    at_least: Annotated[str | int | None, Meta(description="this value or a later or larger one; null: any")] = None
    below: Annotated[str | int | None, Meta(description="an earlier or a smaller one; null: any")] = None
    other_than: Annotated[str | int | bool | None, Meta(description="any value but this; null: any")] = None
    has: Annotated[bool | None, Meta(description="there is a value, or there is none")] = None
    among: Annotated["Reference | None", Meta(description="a value that this list has, too; null: any")] = None


class Reference(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"otherwise": "else"}):
    """A value that is written elsewhere: exactly one of `fact`, `row` and `made`."""

    fact: Annotated[Path, Meta(description="FILE/KEY/KEY in `facts/`, or in `calendar`, `vocabulary` or `programme`")] = ""
    row: Annotated[Path, Meta(description="KEY/KEY of the row for which the step is repeated")] = ""
    made: Annotated[Path, Meta(description="NAME/KEY/KEY of what an earlier step made")] = ""
    where: Annotated[dict[str, Condition], Meta(description="only rows of the list whose fields are so")] = {}
    pick: Annotated[str, Meta(description="of each row this field alone")] = ""
    columns: Annotated[dict[str, str], Meta(description="of each row these fields: name here, name there")] = {}
    time: Annotated[str, Meta(description="time of that day in the programme's zone, where it is a day")] = ""
    otherwise: Annotated[Any, Meta(description="what stands in where there is no such value")] = None


class Paper(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that is handed in with the step, written from its paragraphs; the command gets it as `file`."""

    name: Annotated[Any, Meta(description="its name, which ends in `.docx`")]
    paragraphs: Annotated[Any, Meta(description="its text, a list")]


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"name": "as", "is_": "is"}):
    """One thing that is done, once or for each row: exactly one of `do`, `decide`, `read`, `draw`, `expect` and `steps`."""

    do: Annotated[str, Meta(description="carry out this command, with `with` and `take`")] = ""
    decide: Annotated[HandOffName, Meta(description="file this decision from the records about `subject`")] = ""
    read: Annotated[HandOffName, Meta(description="look at the facts of this decision about `subject`, and keep them")] = ""
    draw: Annotated[str, Meta(description="make what nobody recorded by this generator, from `with`, and keep it")] = ""
    expect: Annotated[Any, Meta(description="a value that must be `is`, or the run ends")] = None
    steps: Annotated[tuple["Step", ...], Meta(description="do these, in order")] = ()
    at: Annotated[Any, Meta(description="when: day and time in the programme's zone; nothing: as the steps around it")] = None
    by: Annotated[Any, Meta(description="who: a name of `cast`, or a log-in name; nothing: as the steps around it")] = None
    given: Annotated[dict[str, Any], Meta(description="fields of the command, each a value or a reference")] = field(
        name="with", default_factory=dict
    )
    take: Annotated[tuple[str, ...], Meta(description="fields of the command that are those of the row, where it has them")] = ()
    paper: Annotated[Paper | None, Meta(description="a document handed in with it; null: none")] = None
    subject: Annotated[Any, Meta(description="what the decision is about")] = None
    approved_by: Annotated[str, Meta(description="who approves the decision an hour later; nothing: it is left open")] = ""
    is_: Annotated[Any, Meta(description="what `expect` must be")] = None
    each: Annotated[Reference | None, Meta(description="repeat it for each row of this list; null: once")] = None
    name: Annotated[
        Id | None, Meta(description="keep what it made under this name; null: of a decision under its own, else not")
    ] = None


class Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens at one stage."""

    stage: Annotated[StageKey, Meta(description="key of the stage")]
    steps: Annotated[tuple[Step, ...], Meta(description="what is done, in order")]


class Script(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`script.yaml`."""

    people: Annotated[Path, Meta(description="list of everybody who takes part: FILE/LIST in `facts/`")]
    first: Annotated[str, Meta(description="log-in name of the person who is there before any command, and lets all others in")]
    begins_at: Annotated[str, Meta(description="when that person is there")]
    cast: Annotated[dict[str, str], Meta(description="names of the script for people, each a log-in name")] = {}
    begin: Annotated[tuple[Step, ...], Meta(description="what is done before the first stage")] = ()
    stages: Annotated[tuple[Act, ...], Meta(description="what is done at each stage, in order of the stages")]
