"""Every field of every format has a meaning, and it says more than the field's name."""

import importlib
import pkgutil
import re

import msgspec
import pytest

import dure.formats
from dure.formats.meanings import meanings

# Words that a name already implies, or that say nothing about which thing is meant.
EMPTY_WORDS = set(
    re.findall(
        "[a-z]+",
        "a an the of for in on at to by per and or is are this that its their each one all any which what how many "
        "id identifier name number count value amount list map set date day kind type field total given",
    )
)


def structs():
    """All structs of the formats, whatever modules there are."""
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(dure.formats.__path__, "dure.formats.")]
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__module__.startswith("dure.formats.")
    }
    return sorted(found, key=lambda each: (each.__module__, each.__qualname__))


def words(text):
    """Content words in singular; what a struct is called in CamelCase comes apart."""
    apart = re.findall(r"[a-z]+|[0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())
    return {word if word.endswith("ss") else word.removesuffix("s") for word in apart} - EMPTY_WORDS


def restates(struct_name, field_name, meaning):
    return words(meaning) <= words(f"{field_name} {struct_name}")


def test_every_field_has_a_meaning():
    silent = [f"{each.__module__}.{each.__qualname__}.{m.field}" for each in structs() for m in meanings(each) if not m.meaning]
    assert len(structs()) > 150, "the formats were not found."
    assert not silent, f"{silent}: Annotated[KIND, Meta(description='what it is, its unit, what an empty value means')]."


def test_no_meaning_restates_the_name_of_its_field():
    idle = [
        f"{each.__module__}.{each.__qualname__}.{m.field}: {m.meaning}"
        for each in structs()
        for m in meanings(each)
        if restates(each.__qualname__, m.field, m.meaning)
    ]
    assert not idle, f"{idle}: say what the name does not, such as where it comes from or what counts."


def test_meanings_are_clauses_that_fit_a_table():
    odd = [
        f"{each.__qualname__}.{m.field}: {m.meaning}"
        for each in structs()
        for m in meanings(each)
        if len(m.meaning) > 160 or m.meaning.endswith(".") or "\n" in m.meaning or not m.meaning.isprintable()
    ]
    assert not odd, f"{odd}: one short clause without a full stop."


def test_an_empty_value_has_a_meaning_where_null_is_allowed():
    silent = [
        f"{each.__qualname__}.{m.field}: {m.meaning}"
        for each in structs()
        for m in meanings(each)
        if m.type.endswith(" or null") and not re.search(r"\b(null|empty|none|absent|required|optional)\b", m.meaning)
    ]
    assert not silent, f"{silent}: say what null stands for."


@pytest.mark.parametrize(
    ("struct", "field", "meaning", "expected"),
    [
        ("Grant", "servers", "number of servers", True),
        ("Grant", "servers", "the servers of the grant", True),
        ("Pod", "id", "id of the pod", True),
        ("Lease", "from_week", "the week from", True),
        ("Grant", "servers", "ids of those granted, all in one pool", False),
        ("Lease", "from_week", "first week occupied", False),
    ],
)
def test_restating_is_recognised(struct, field, meaning, expected):
    assert restates(struct, field, meaning) is expected
