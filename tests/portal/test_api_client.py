"""The API over a real socket: a client that somebody else's generator made from the document, and a body that never ends."""

import importlib
import json
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from dure.cycle.people.tokens import for_tokens
from dure.portal.api.openapi import document
from dure.records.journal.models import Act
from portal.api_callers import people, token_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def generated(tmp_path, monkeypatch):
    """`generated("api.commands.end_role")`: a module of the package that openapi-python-client makes."""
    (tmp_path / "openapi.json").write_text(json.dumps(document()))
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    command = [
        sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--output-path", "generated_client",
        "--meta", "none", "--config", "config.yml",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return lambda name: importlib.import_module(f"generated_client.{name}")


@pytest.mark.long
def test_a_generated_client_reads_and_acts(live_server, generated):
    who = people()
    token = token_of(who.agency, *for_tokens())
    with generated("client").AuthenticatedClient(base_url=live_server.url, token=token) as client:
        drive(client, generated, who)


def drive(client, generated, who):
    """Some commands and reads, good and refused."""
    models = generated("models")
    new = models.RegisterOrganisation(id="org-a", name={"ko": "기관"}, kind="university")
    register = generated("api.commands.register_organisation")
    done = register.sync(client=client, body=new, idempotency_key="k-1")
    assert (done.result, done.about, done.act) == ("org-a", "organisation/org-a", Act.objects.get().pk)
    assert register.sync(client=client, body=new, idempotency_key="k-1") == done
    taken = register.sync_detailed(client=client, body=new)
    assert (taken.status_code, taken.parsed.code) == (409, "id_taken")
    one = generated("api.records.read_organisations").sync("org-a", client=client)
    assert (one.name["ko"], one.domestic) == ("기관", True)
    page = generated("api.records.list_organisations").sync(client=client, kind="university", limit=1)
    assert (len(page.items), page.next_ is not None) == (1, True)
    stale = generated("api.commands.end_role").sync_detailed(
        client=client, body=models.EndRole(person=who.agency.uid, desk=models.EndRoleDesk("auditor")), if_match='"x"'
    )
    assert (stale.status_code, stale.parsed.code) == (422, "bad_header")


@pytest.mark.parametrize("head", ["Content-Length: 104857600", "Transfer-Encoding: chunked"])
def test_a_body_of_100_megabytes_is_answered_before_it_is_sent(live_server, head):
    token, host = token_of(people().agency, "add_person"), urlsplit(live_server.url)
    with socket.create_connection((host.hostname, host.port), timeout=20) as connection:
        lines = [
            "POST /api/v1/commands/add_person HTTP/1.1", f"Host: {host.netloc}", f"Authorization: Bearer {token}",
            "Content-Type: application/json", head, "", "",
        ]  # fmt: skip
        connection.sendall("\r\n".join(lines).encode())
        answer = b""
        while b"application/problem+json" not in answer and (more := connection.recv(65536)):
            answer += more
    assert answer.split(b" ")[1] in {b"413", b"411"}
    assert b"application/problem+json" in answer
