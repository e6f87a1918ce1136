"""Ids that are given anew fit into addresses and names of files."""

import msgspec
import pytest

from dure.formats.commands.kinds import NewKey
from dure.formats.commands.people import AddPerson, RegisterOrganisation

BAD = ("../../x y", "a b", "a/b", "a\\b", ".", "..", " a", "a\u00a0b", "a\u3000b", "a\n", "", "a\x00", "a" * 161)
GOOD = ("a", "...", ".a", "users-1", "2026:1", "가온대학교", "Ünal", "a" * 160, "H200_1,2")


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_part_of_an_address_is_no_new_id(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, NewKey)


@pytest.mark.parametrize("text", GOOD)
def test_whatever_else_people_write_is(text):
    assert msgspec.convert(text, NewKey) == text


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (RegisterOrganisation, {"name": {"ko": "기관"}, "kind": "university"}),
        (AddPerson, {"username": "new", "name": {"ko": "사람"}}),
    ],
)
def test_organisations_and_people_have_such_ids(command, given):
    assert msgspec.convert({"id": "new", **given}, command).id == "new"
    with pytest.raises(msgspec.ValidationError, match=r"\$\.id"):
        msgspec.convert({"id": "../../x y", **given}, command)
