"""Programs that call the API in tests: each with a token of its own, or a session, or nothing."""

import datetime as dt
import json
import types

from django.test import Client
from django.utils import timezone

import factories as make
from dure.cycle.people.secrets import new_secret
from dure.cycle.people.tokens import for_tokens
from dure.records.parties import actions as parties

ALL = ("organisations", "people", "acts")


def token_of(person, *commands, read=True, days=30, made_days_ago=0):
    """A token for that person, past the command that makes one."""
    secret, at = new_secret(), timezone.now() - dt.timedelta(days=made_days_ago)
    parties.make_token(
        person=person, digest=secret.digest, name="test", read=read, commands=commands, at=at,
        expires_at=at + dt.timedelta(days=days),
    )  # fmt: skip
    return secret.token


class Caller:
    """Asks with a token; every answer that is an error must be a problem."""

    def __init__(self, token="", language="en"):
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.headers = {"Accept-Language": language, **({"Authorization": f"Bearer {token}"} if token else {})}

    def get(self, path, **headers):
        return checked(self.client.get(path, headers={**self.headers, **named(headers)}))

    def send(self, path, raw, content_type="application/json", **headers):
        return checked(
            self.client.generic("POST", path, raw, content_type=content_type, headers={**self.headers, **named(headers)})
        )

    def act(self, name, fields, **headers):
        return self.send(f"/api/v1/commands/{name}", json.dumps(fields), **headers)


def named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


def checked(answer):
    assert answer.status_code < 500, answer.content
    answer.value = json.loads(answer.content) if answer.content and "json" in answer.headers["Content-Type"] else None
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "code", "what", "where", "todo", "values"} == set(answer.value)
        assert answer.value["status"] == answer.status_code
        assert "Traceback" not in answer.content.decode()
    return answer


def people():
    """Someone of the agency, and two applicants of two organisations; each with a token for everything."""
    everything = for_tokens()
    made = types.SimpleNamespace(agency=make.person("agency"))
    made.org, made.other_org = make.organisation(), make.organisation()
    made.applicant, made.other = (make.person("applicant", organisation=each) for each in (made.org, made.other_org))
    for name in ("agency", "applicant", "other"):
        setattr(made, f"by_{name}", Caller(token_of(getattr(made, name), *everything)))
    return made
