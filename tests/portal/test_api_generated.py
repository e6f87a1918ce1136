"""Requests made from the OpenAPI document, good and bad: never a 5xx, never an answer that the document does not describe."""

from collections import Counter

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

import factories as make
from dure.cycle.commands.registry import COMMANDS
from portal.api_callers import token_of

PROMISES = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
NEVER_ASKED = {"revoke_token"}  # it could end the token by which the others are asked


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test client does: a request does not close the connection that holds the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def kind_of(operation):
    """Operations that the same function of `openapi` describes."""
    last = operation.path.rpartition("/")[2]
    return operation.method, "/commands/" in operation.path, "/imports/" in operation.path, last == "{id}"


def takes_anything(operation):
    """Has the request a part that could be spoilt?"""
    return bool(operation.body or list(operation.iter_parameters()))


def ask_each(examples, *, of_a_kind=1000):
    """Good and bad requests to operations, to so many of each kind; the statuses that came back, by kind of request."""
    load_all_checks()
    checks = CHECKS.get_by_names(PROMISES)
    person = make.person("agency", "ministry", "auditor", "operator")
    headers = {"Authorization": f"Bearer {token_of(person, *[row.name for row in COMMANDS])}", "Host": "testserver"}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler(), headers={"Host": "testserver"})
    statuses, kinds = {}, Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        kinds[kind_of(operation)] += 1
        if operation.path.rpartition("/")[2] in NEVER_ASKED or kinds[kind_of(operation)] > of_a_kind:
            continue
        for mode in MODES if takes_anything(operation) else MODES[:1]:
            _ask(operation, mode, examples, headers, checks, statuses)
    return statuses


def _ask(operation, mode, examples, *rest):
    """Where the few cases that were drawn are all such as the generator itself discards, more are drawn."""
    try:
        _ask_often(operation, mode, examples, *rest)
    except Unsatisfiable:
        _ask_often(operation, mode, 20 * examples, *rest)


def _ask_often(operation, mode, examples, headers, checks, statuses):
    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=checks)
        statuses.setdefault((operation.method, mode.name), set()).add(answer.status_code)

    ask()


@pytest.mark.django_db
def test_a_few_requests_to_each_kind_of_operation_keep_the_documents_promises():
    statuses = ask_each(3, of_a_kind=2)
    assert 200 in statuses["get", "POSITIVE"]
    assert statuses["post", "NEGATIVE"] & {400, 415, 422}


@pytest.mark.long
@pytest.mark.django_db
def test_many_requests_to_every_operation_keep_the_documents_promises():
    statuses = ask_each(30)
    assert 200 in statuses["post", "POSITIVE"]
    assert {400, 422} & statuses["post", "NEGATIVE"]
