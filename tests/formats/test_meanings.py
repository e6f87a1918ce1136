"""Types in words and meanings come from the annotation, and change nothing about what is accepted."""

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from dure.formats.kinds import Count, Date, Id, Part, Share
from dure.formats.meanings import meanings, parts
from dure.formats.stages import DECISIONS, stage_format
from dure.formats.stages.allocation import Application, Grant


class Inner(Part, frozen=True, kw_only=True):
    plain: int


class Sample(Part, frozen=True, kw_only=True, rename={"from_at": "from"}):
    from_at: Annotated[Date, Meta(description="first day")]
    part: Annotated[Share | None, Meta(description="taken; null: unknown")] = None
    by_name: Annotated[dict[str, Count], Meta(description="seen, by id")] = {}
    inner: Annotated[tuple[Inner, ...], Meta(description="what it holds")] = ()
    weeks: Annotated[int, Meta(ge=1, le=520), Meta(description="length")] = 1
    note: Annotated[str, Meta(max_length=40, description="remark; empty: none")] = ""
    kind: Annotated[Literal["", "one"], Meta(description="which")] = ""
    code: Annotated[Id, Meta(description="key")] = "x"
    bare: Id = "x"
    rest: Any = None


def test_a_field_in_words():
    found = {each.name: (each.type, each.needed, each.meaning) for each in meanings(Sample)}
    assert found == {
        "from": ("date", True, "first day"),
        "part": ("ratio from 0 to 1 as decimal text or null", False, "taken; null: unknown"),
        "by_name": ("map from id to whole number from 0", False, "seen, by id"),
        "inner": ("list of `Inner`", False, "what it holds"),
        "weeks": ("whole number from 1 to 520", False, "length"),
        "note": ("text of at most 40 characters", False, "remark; empty: none"),
        "kind": ("empty or `one`", False, "which"),
        "code": ("id", False, "key"),
        "bare": ("id", False, ""),
        "rest": ("any value", False, ""),
    }


def test_parts_are_found_at_any_depth():
    assert parts(Sample) == (Inner,)
    names = [part.__name__ for part in parts(stage_format("allocation").recommendation)]
    assert {"Grant", "Certificate", "Branch", "Prices", "Reason", "Source"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("part", ["facts", "rules", "recommendation"])
def test_the_schema_prints_every_meaning(decision, part):
    struct = getattr(stage_format(decision), part)
    schema = msgspec.json.schema(struct)["$defs"]
    for each in (struct, *parts(struct)):
        shown = schema[each.__name__]["properties"]
        for field in meanings(each):
            assert shown[field.name]["description"] == field.meaning


@pytest.mark.parametrize(
    ("struct", "field", "bad"),
    [
        (Application, "servers", 0),
        (Application, "score", "1e3"),
        (Application, "pod", "near"),
        (Application, "id", ""),
        (Grant, "to_week", -1),
        (Grant, "to_week", 2**32 + 1),
        (Grant, "value", -1),
    ],
)
def test_a_meaning_leaves_the_limits_of_its_kind(struct, field, bad):
    hint = {each.name: each.type for each in msgspec.structs.fields(struct)}[field]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, hint)
