"""With its rights and no others the worker's log-in makes a file of every list that a person can ask one of."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from dure.portal.kit.gate import LISTED
from dure.portal.kit.later.making import _written
from dure.portal.kit.later.request import Making
from dure.portal.urls import ROUTES
from dure.records.parties.models import Person
from logins import as_login

PEOPLE = {
    "ministry": "ministry-1", "agency": "agency-1", "reviewer": "reviewer-1", "provider": "alpha-1", "applicant": "lab-1",
    "operator": "operator-1", "auditor": "auditor-1", "people": "agency-1",
}  # fmt: skip
REASON = "감사 자료로 씁니다."
PAGES = [
    (desk, route.name) for desk, routes in ROUTES.items() for route in routes
    if route.methods is LISTED and "<" not in route.address
]  # fmt: skip


@pytest.mark.parametrize(("desk", "name"), PAGES, ids=[f"{desk}-{name}" for desk, name in PAGES])
def test_the_worker_makes_a_file_of_every_list(bounded, desk, name):
    person = Person.objects.get(username=PEOPLE[desk])
    client = Client()
    client.force_login(person)
    path = reverse(name if desk == "people" else f"{desk}:{name}")
    keys = re.findall('id="list-([^"]+)"', client.get(path).content.decode())
    assert keys
    for key in keys:
        address = f"{path}?{key}-format=json&{key}-rows=all"
        answer = client.get(address)
        if not answer.streaming:  # an office says why it takes people along
            answer = client.post(address, {"reason": REASON})
        directly = b"".join(answer.streaming_content)
        with as_login("worker"):
            request = Making(address, Person.objects.get(pk=person.pk), lambda *_said: None, reason=REASON)
            made = _written(request)
        with made.content as content:
            content.seek(0)
            if (desk, name) == ("auditor", "readings"):  # which holds the reading of a moment ago
                assert content.read()[:200] != directly[:200]
            else:
                assert content.read() == directly, key
    assert bounded
