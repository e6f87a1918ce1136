"""Bad input of every command is refused with a code of the closed list, and nothing is written; nothing else is ever raised."""

import copy
import unicodedata

import msgspec
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from codes import CODES
from dure.cycle.commands.registry import BY_NAME, row_of
from dure.cycle.commands.running import read_command
from dure.formats.errors import BadInput
from filled import fingerprint
from inputs import valid

LONG = "가" * 1_000_000
HIDDEN = {"NUL": "a\x00b", "override": "a\u202eb", "zero width": "a\u200bb", "byte order": "\ufeffa", "half a pair": "a\ud800"}
DATES = ("0001-01-01", "9999-12-31")
INSTANTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
FREE = {("amend_agreement", "terms")}  # whatever was agreed, by name


@pytest.fixture
def undone(shared_world):
    with transaction.atomic():
        yield shared_world
        transaction.set_rollback(True)


def places(value, path=()):
    """Every place of plain values, with the value there."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key), each
            yield from places(each, (*path, key))


def put(given_, path, to):
    """The same with that place changed."""
    made = copy.deepcopy(given_)
    spot = made
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = to
    return made


def case_of(world, name):
    """A valid input, who gives it, and what must be there first."""
    case = valid(world)[name]
    case.before(world)
    return case, case.own or f"{BY_NAME[name].by[0].desk}-2"


def code_of(world, name, case, who, given_):
    """Done (and undone), or the code of the refusal."""
    before = fingerprint()
    try:
        with transaction.atomic():
            world.do(name, given_, by=who, at=case.at)
            transaction.set_rollback(True)
    except BadInput as refusal:
        assert refusal.code in CODES, f"{name}, {given_}: {refusal.code}: {refusal}"
        assert fingerprint() == before, f"{name}, {given_}: something was written"
        return refusal.code
    return "done"


def unreadable(name, given_):
    """Inputs that the struct itself refuses."""
    yield {**given_, "colour": "red"}
    yield from ([given_], None, "text", 5, {})
    fields = {each.encode_name: each for each in msgspec.structs.fields(BY_NAME[name].command)}
    for field in fields.values():
        if field.required:
            yield {key: value for key, value in given_.items() if key != field.encode_name}
    for path, value in places(given_):
        if (name, path[0]) in FREE:
            continue
        yield put(given_, path, {"a": [[["deep"]]]})
        yield put(given_, path, 0.5)
        if isinstance(value, int) and not isinstance(value, bool):
            yield from (put(given_, path, each) for each in (-1 - 2**60, 10**30, str(value), True))
        if isinstance(value, str):
            yield from (put(given_, path, each) for each in (LONG, 7, *HIDDEN.values()))


@pytest.mark.parametrize("name", list(BY_NAME))
def test_what_is_not_the_struct_is_refused(undone, name):
    for given_ in unreadable(name, valid(undone)[name].given):
        with pytest.raises(BadInput) as refusal:
            read_command(row_of(name), given_)
        assert refusal.value.code in {"invalid", "hidden_character", "far_date"}, refusal.value


def respelt(value):
    """Every text decomposed and between blanks."""
    if isinstance(value, dict):
        return {key: respelt(each) for key, each in value.items()}
    if isinstance(value, list):
        return [respelt(each) for each in value]
    return f"\u00a0{unicodedata.normalize('NFD', value)} " if isinstance(value, str) else value


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_command_in_another_spelling_is_the_same_command(undone, name):
    given_ = valid(undone)[name].given
    assert read_command(row_of(name), respelt(given_)) == read_command(row_of(name), given_)


def doubtful(given_):
    """Inputs that the struct takes, and the records must judge."""
    for path, value in places(given_):
        if isinstance(value, list):
            yield from (put(given_, path, each) for each in ([], value * 2))
        elif isinstance(value, dict):
            yield put(given_, path, {})
        elif isinstance(value, int) and not isinstance(value, bool):
            yield from (put(given_, path, each) for each in (0, 10**9, 2**31 - 1))
        elif isinstance(value, str):
            others = (
                INSTANTS if "T" in value and value[:4].isdigit() else DATES if value[:4].isdigit() else ("nobody-knows-it", "")
            )
            yield from (put(given_, path, each) for each in others)


@pytest.mark.parametrize("name", list(BY_NAME))
def test_what_no_record_fits_is_refused_with_a_code(undone, name):
    case, who = case_of(undone, name)
    for given_ in doubtful(case.given):
        code_of(undone, name, case, who, given_)


REFERENCES = {
    "agreement", "achievements", "application", "call", "cluster", "commitment", "delivery", "evaluator", "gpu_model", "grant",
    "invoice", "item", "order", "organisation", "owner", "panel", "person", "pool", "provider", "round", "site", "survey",
    "user_right",
}  # fmt: skip
INVENTED = {("register_servers", "pool"), ("add_cluster", "pool"), ("record_survey_responses", "organisation"),
            ("confirm_registration", "organisation")}  # fmt: skip


@pytest.mark.parametrize("name", list(BY_NAME))
def test_an_unknown_id_is_refused_as_unknown(undone, name):
    """In words that are the same for what is another's and for what there is not."""
    case, who = case_of(undone, name)
    for path, value in places(case.given):
        field = next((key for key in reversed(path) if isinstance(key, str)), "")
        known = isinstance(value, str) and field in REFERENCES and (name, field) not in INVENTED and "gpu_model" not in path[1:]
        if known and path[0] not in {"clusters", "sites", "responses", "observed"}:
            code = code_of(undone, name, case, who, put(case.given, path, "nobody-knows-it"))
            assert code in {"unknown_id", "not_yours", "wrong_criteria"}, path


def strategy(name):
    """Values of the shapes of that command's schema, most of them wrong somewhere."""
    leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([*DATES, *INSTANTS, "1", "0.5"])
    value = st.recursive(leaf, lambda deep: st.lists(deep, max_size=3) | st.dictionaries(st.text(max_size=8), deep, max_size=3))
    fields = [each.encode_name for each in msgspec.structs.fields(BY_NAME[name].command)]
    return st.dictionaries(st.sampled_from([*fields, "colour"]), value, max_size=len(fields))


@pytest.mark.parametrize("name", list(BY_NAME))
def test_made_up_values_are_read_or_refused(name):
    @settings(max_examples=15)
    @given(strategy(name))
    def read(given_):
        try:
            read_command(row_of(name), given_)
        except BadInput as refusal:
            assert refusal.code in {"invalid", "hidden_character", "far_date"}

    read()
