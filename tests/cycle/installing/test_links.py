"""Links that leave the portal lead to one address, and the doctor says where that opens nothing."""

import pytest
from django.test import RequestFactory

from dure.cycle.installing import links
from dure.cycle.installing.examining import checkup
from dure.cycle.notifying.server import MailServer
from dure.portal.kit.links import link_to

PUBLIC = "https://gpu.example.kr"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, settings):
    for name in ("DURE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DURE_HOME", str(tmp_path))
    settings.DURE_URL, settings.ALLOWED_HOSTS = "", ["127.0.0.1", "localhost", "[::1]"]
    return tmp_path


def test_where_nothing_else_is_known_they_lead_to_the_port_that_is_served(home, monkeypatch):
    assert link_to("/a/") == "http://localhost:8000/a/"
    monkeypatch.setenv("PORT", "8155")
    assert link_to("/a/") == "http://localhost:8155/a/"
    for host in ("::1", *links.HERE):
        links.note_served(home, host=host, port=8156)
        shown = "[::1]" if host == "::1" else "localhost"
        assert link_to("/a/") == f"http://{shown}:8156/a/"


def test_a_public_address_wins_over_the_port_and_over_how_the_reader_came(home, settings):
    links.note_served(home, host="127.0.0.1", port=8156)
    request = RequestFactory().get("/b/", headers={"Host": "127.0.0.1:8157"})
    assert link_to("/a/", request) == "http://127.0.0.1:8157/a/"
    settings.DURE_URL = PUBLIC
    assert link_to("/a/", request) == link_to("/a/") == f"{PUBLIC}/a/"


@pytest.mark.parametrize(
    ("production", "url", "named", "hosts", "host_of_mail", "said"),
    [
        (False, "", "", None, "", ""),
        (False, "", "", None, "smtp.example.kr", "on this machine alone: set DURE_HOSTS."),
        (False, PUBLIC, PUBLIC, None, "", f"lead to {PUBLIC}, and that host is not served"),
        (True, PUBLIC, "", ["gpu.example.kr"], "", ""),
        (True, PUBLIC, "", ["other.example.kr"], "", f"lead to {PUBLIC}, and that host is not served"),
        (True, PUBLIC, PUBLIC, [".example.kr"], "", ""),
        (True, "https://example.kr", "", [".example.kr"], "", "begins with a pattern of hosts: set DURE_URL."),
        (True, "http://gpu.example.kr", "http://gpu.example.kr", ["gpu.example.kr"], "", "without TLS"),
    ],
)
def test_the_doctor_says_where_links_open_nothing(production, url, named, hosts, host_of_mail, said, settings, monkeypatch):
    settings.DURE_URL, settings.DURE_MAIL = url, MailServer(host_of_mail)
    settings.ALLOWED_HOSTS = hosts or settings.ALLOWED_HOSTS
    monkeypatch.setattr(links, "PRODUCTION", settings.SETTINGS_MODULE if production else "")
    if named:
        monkeypatch.setenv("DURE_URL", named)
    found = checkup._links()
    assert said in found
    assert bool(said) == bool(found)
    assert ("links", checkup._links) in checkup._OF_PROGRAMMES
