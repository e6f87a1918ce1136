"""One programme from the budget to rebalancing, driven over HTTP by a client that somebody else's generator made."""

import datetime as dt
import importlib
import io
import json
import subprocess
import sys
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from dure.cycle.commands.registry import row_of
from dure.cycle.people.tokens import for_tokens
from dure.cycle.playing.play import first_administrator, play
from dure.cycle.programme import default_programme
from dure.portal.api.openapi import document
from dure.records.journal import queries as journal
from dure.records.parties import queries as parties
from dure.rules.folder import Folder
from portal.api_callers import token_of

MAKE = (
    sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--output-path", "programme_client",
    "--meta", "none", "--config", "config.yml",
)  # fmt: skip


class OverHttp:
    """The door of a script through the API: a token for each person, and the server's clock at the script's time.

    What no token may, the person does in a session of their own.
    """

    def __init__(self, address, monkeypatch):
        self.client = importlib.import_module("programme_client.client").AuthenticatedClient
        self.models = importlib.import_module("programme_client.models")
        self.address, self.at, self.tokens = address, None, {}
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def act(self, command, given, *, by, at):
        if row_of(command).in_person:
            return self._in_session(command, given, by=by, at=at)
        operation = importlib.import_module(f"programme_client.api.commands.{command}")
        body = getattr(self.models, row_of(command).command.__name__).from_dict(json.loads(json.dumps(given, default=str)))
        with self._as(by, at) as client:
            return answer(operation.sync_detailed(client=client, body=body))["result"]

    def hand_in(self, name, content, *, by, at):
        operation = importlib.import_module("programme_client.api.documents.hand_in")
        file = importlib.import_module("programme_client.types").File(payload=io.BytesIO(content), file_name=name)
        with self._as(by, at) as client:
            sent = operation.sync_detailed(client=client, body=self.models.HandInBody(file=file))
        assert sent.status_code == HTTPStatus.CREATED, sent.content.decode()
        return json.loads(sent.content)["sha256"]

    def _in_session(self, command, given, *, by, at):
        """What no token may: the same generated call, with the cookies of a log-in."""
        self.at, browser = at, Client()
        browser.force_login(parties.person(by))
        browser.get("/account/")
        cookies = {name: each.value for name, each in browser.cookies.items()}
        client = importlib.import_module("programme_client.client").Client(
            base_url=self.address, cookies=cookies, headers={"X-CSRFToken": cookies["csrftoken"]}, timeout=600
        )
        operation = importlib.import_module(f"programme_client.api.commands.{command}")
        body = getattr(self.models, row_of(command).command.__name__).from_dict(json.loads(json.dumps(given, default=str)))
        with client:
            return answer(operation.sync_detailed(client=client, body=body))["result"]

    def facts(self, handoff, subject, *, by, at):
        operation = importlib.import_module("programme_client.api.decisions.prepare_facts")
        with self._as(by, at) as client:
            return answer(operation.sync_detailed(handoff, client=client, subject=subject))

    def entry(self, seq, *, by):
        operation = importlib.import_module("programme_client.api.decisions.read_entry_documents")
        with self._as(by, self.at) as client:
            return answer(operation.sync_detailed(seq, client=client))

    def _as(self, username, at):
        self.at = at
        token, until = self.tokens.get(username, ("", at))
        if not token or not until - dt.timedelta(days=60) <= at < until:  # a script may turn back by days
            person = parties.person(username)
            token, until = (
                token_of(person, *for_tokens(), days=60, made_days_ago=30),
                at + dt.timedelta(days=30),
            )
            self.tokens[username] = token, until
        return self.client(base_url=self.address, token=token, timeout=600)


def answer(response):
    assert response.status_code == HTTPStatus.OK, response.content.decode()
    return json.loads(response.content)


@pytest.fixture(autouse=True)
def rights_of_the_app():
    """Not here: it plays the past, which the owner alone may."""


@pytest.fixture
def generated(tmp_path, monkeypatch):
    (tmp_path / "openapi.json").write_text(json.dumps(document()))
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    done = subprocess.run(MAKE, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.long
@pytest.mark.usefixtures("generated")
@pytest.mark.django_db(transaction=True)
def test_a_generated_client_drives_the_programme_to_the_demos_journal(live_server, book, programme_run, monkeypatch):
    folder = Folder(default_programme())
    first_administrator(folder)
    summary = play(folder, book, door=OverHttp(live_server.url, monkeypatch))
    made = [json.loads(line) for line in journal.export_lines()]
    assert made[:-1] == programme_run.entries
    assert {act.via for act in journal.acts()} == {"api"}
    assert journal.acts().count() == summary.acts
