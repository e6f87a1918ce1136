"""Who is entered has a log-in name of their own, in whatever letters, and an address that mail can go to."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL
from django.utils import timezone

import factories as make
from database import unguarded
from dure.formats.errors import BadInput
from dure.records.parties.models import Invitation, Person
from people.steps import browser, log_in, person
from people.test_invitations import ANSWER, invited
from people.test_two_people import do

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"username": "CHUNHYANG"}, "log_in_name"),
        ({"username": "UPPER Case"}, "log_in_name"),
        ({"username": "chunhyang"}, "id_taken"),
        ({"email": "not an address"}, "invalid"),
        ({"email": "a@example.kr\nb@example.kr"}, "invalid"),
    ],
)
def test_nobody_is_entered_by_anothers_name_or_without_an_address(changed, code):
    known = person("applicant", organisation=make.organisation(), username="chunhyang")
    with pytest.raises(BadInput) as refused:
        do("add_person", person("agency"), **{"id": "p2", "username": "mongryong", "name": {"ko": "이몽룡"}, **changed})
    assert refused.value.code == code
    assert not Person.objects.filter(uid="p2").exists()
    assert log_in(browser(), known)["Location"] == "/applicant/"


def test_an_invitation_goes_to_an_address():
    with pytest.raises(BadInput) as refused:
        do(
            "invite_person", person("agency"), digest="a" * 64, name={"ko": "이몽룡"}, email="not an address", desk="auditor",
            expires_at=make.days(1).isoformat(),
        )  # fmt: skip
    assert (refused.value.code, refused.value.where) == ("invalid", "email")


@pytest.mark.parametrize("command", ["give_role", "invite_person"])
def test_no_role_is_over_before_it_begins(command):
    given = {
        "give_role": {"person": make.person().uid},
        "invite_person": {"digest": "a" * 64, "name": {"ko": "이몽룡"}, "expires_at": make.days(1, timezone.now()).isoformat()},
    }[command]
    with pytest.raises(BadInput) as refused:
        do(command, person("agency"), desk="auditor", until=make.days(-1, timezone.now()).isoformat(), **given)
    assert (refused.value.code, refused.value.where) == ("role_lifetime", "until")


def test_an_invitation_whose_role_is_over_by_now_opens_nothing():
    link, agency = invited(person("agency"), until=make.days(1, timezone.now()).date().isoformat()), Person.objects.get()
    with unguarded():
        Invitation.objects.update(made_at=make.days(-2, timezone.now()), until=make.days(-1, timezone.now()))
    assert browser().get(link).status_code == 404
    assert browser().post(link, ANSWER).status_code == 404
    assert Person.objects.get() == agency


def test_the_database_itself_holds_a_name_to_one_person():
    make.person(username="chunhyang")
    with pytest.raises(IntegrityError, match="person_alone_has_a_log_in_name"), transaction.atomic():
        make.person(username="Chunhyang")


def test_people_of_one_name_from_before_are_told_apart_by_the_migration():
    """Whoever came first keeps the name, and logs in again."""
    migration = next(
        each for key, each in MigrationLoader(connection).disk_migrations.items() if key[1].endswith("one_spelling_of_a_name")
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX person_alone_has_a_log_in_name")
    first, second = make.person(username="chunhyang"), make.person(username="CHUNHYANG")
    with connection.schema_editor() as editor:
        for operation in migration.operations:
            if isinstance(operation, RunSQL):
                operation.database_forwards("parties", editor, None, None)
    names = dict(Person.objects.values_list("pk", "username"))
    assert (names[first.pk], names[second.pk]) == ("chunhyang", f"CHUNHYANG-{second.pk}")
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX person_alone_has_a_log_in_name ON parties_person (lower(username))")


@pytest.mark.parametrize(
    ("username", "password", "refused"),
    [
        ("admin", "adminadminadmin1", True),
        ("admin", "long-before-ADMIN-came", True),
        ("ab", "abababababab1", True),
        ("ab", "a cable car above the bay", False),  # so short a name is in half of all words
        ("chunhyang", "성춘향의 긴 비밀번호 2025", True),
        ("chunhyang", "mongryong of the mountain", False),
        ("nobody.here", "mill 17 on the old river", False),
    ],
)
def test_a_password_is_not_made_of_its_owners_name(username, password, refused):
    owner = Person(username=username, name={"ko": "성춘향"}, email="boxes@agency.example")
    assert bool(wrong_with(password, owner)) is refused


def wrong_with(password, owner):
    try:
        validate_password(password, owner)
    except ValidationError as error:
        return error.messages
    return []
