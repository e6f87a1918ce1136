"""The person of a session is read by a statement of our own; it must say what the records' own questions say."""

import datetime as dt

import pytest
from django.utils import timezone

import factories as make
from dure.records.parties import actions as seating
from dure.records.parties.models import Person, Role
from dure.records.parties.returning import returning_person

pytestmark = pytest.mark.django_db


def seated():
    """Somebody with a role of each kind: live, for an organisation, ended, past its end, to end later, and not confirmed yet."""
    person = make.person("agency", "auditor")
    now, organisation = timezone.now(), make.organisation()
    seating.end_role(role=person.live_roles[1], at=now)
    seating.give_role(person=person, desk="applicant", organisation=organisation, at=now, until=now + dt.timedelta(days=3))
    seating.give_role(person=person, desk="operator", at=now, given_by=make.the("agency"))
    since, until = now - dt.timedelta(days=9), now - dt.timedelta(days=1)
    seating.give_role(person=person, desk="provider", organisation=organisation, at=since, until=until)
    return person


def test_the_same_person_with_the_same_roles(django_assert_num_queries):
    person = seated()
    with django_assert_num_queries(1):
        found = returning_person(person.pk)
        assert {bool(role.organisation and role.organisation.name["ko"]) for role in found.live_roles} == {False, True}
    asked = Person.objects.get(pk=person.pk)
    fields = [each.attname for each in Person._meta.concrete_fields]
    assert [getattr(found, each) for each in fields] == [getattr(asked, each) for each in fields]
    assert [role.pk for role in found.live_roles] == [role.pk for role in asked.live_roles]
    for one, other in zip(found.live_roles, asked.live_roles, strict=True):
        assert {f.attname: getattr(one, f.attname) for f in Role._meta.concrete_fields} == {
            f.attname: getattr(other, f.attname) for f in Role._meta.concrete_fields
        }
        assert one.organisation == other.organisation
    assert found.desks == {"agency", "applicant"}


def test_a_person_without_roles_and_nobody():
    assert returning_person(make.person().pk).live_roles == ()
    assert returning_person(0) is None
