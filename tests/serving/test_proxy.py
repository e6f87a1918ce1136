"""A person logs in through a real nginx that speaks TLS; nobody can say where a request comes from but that proxy."""

import json
import re
import ssl
import subprocess
import sys

import httpx
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from dure.portal.kit.observing.origin import client_of, network_of, networks, origin
from dure.portal.urls import urlpatterns
from portal.serving import PATIENCE
from serving.conftest import production
from serving.production import NAME, PASSWORD, USERNAME
from serving.proxy import need_nginx, proxy
from serving.running import ROOT, until


@pytest.fixture(scope="module")
def nginx(portal, tmp_path_factory):
    """An address for https, one for http, and a client that knows the certificate."""
    need_nginx()
    with proxy(tmp_path_factory.mktemp("nginx"), portal.port) as (https, http, certificate, log):
        knows = ssl.create_default_context(cafile=str(certificate))
        yield f"https://localhost:{https}", f"http://localhost:{http}", knows, log


@pytest.fixture
def visitor(nginx):
    https, _http, knows, _log = nginx
    with httpx.Client(base_url=https, verify=knows, timeout=PATIENCE, trust_env=False) as client:
        yield client


def logged_in(visitor, **headers):
    page = visitor.get("/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text).group(1)
    fields = {"username": USERNAME, "password": PASSWORD, "csrfmiddlewaretoken": token}
    origin_ = str(visitor.base_url).rstrip("/")
    return visitor.post("/login/", data=fields, headers={"Origin": origin_, "Referer": f"{origin_}/login/", **headers})


def test_a_person_logs_in(visitor):
    answer = logged_in(visitor)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith("/")
    assert NAME in visitor.get("/rules/").text
    assert {cookie.name: cookie.secure for cookie in visitor.cookies.jar} == dict.fromkeys(
        ("csrftoken", "dure_device", "sessionid"), True
    )
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_form_from_elsewhere_is_refused_with_the_number_of_the_request(visitor):
    answer = logged_in(visitor, Origin="https://elsewhere.example")
    assert answer.status_code == 403
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text


def test_http_leads_to_https(nginx, portal):
    """At the proxy, and at the server itself."""
    _https, http, _knows, _log = nginx
    for host in ("localhost", "evil.example"):
        answer = httpx.get(f"{http}/rules/", headers={"Host": host}, trust_env=False)
        assert answer.headers["Location"] == "https://localhost/rules/"
    status, headers, _body = portal.ask("/rules/", headers={"Host": "localhost"})
    assert (status, headers["location"]) == (301, "https://localhost/rules/")


def test_what_programs_ask_stays_inside(visitor):
    assert [visitor.get(path).status_code for path in ("/metrics", "/health/live", "/health/ready")] == [404] * 3


SECRETS = [f"/{way}/canary-in-a-link{end}" for way, end in (
    ("invitation", "/"), ("renewal", "/"), ("register", "/"), ("mail/stop", "/"), ("calendar", ".ics"),
)]  # fmt: skip


def test_the_proxys_log_holds_no_secret_of_a_link_and_no_query(visitor, nginx):
    _https, http, _knows, log = nginx
    for path in (*SECRETS, "/%69nvitation/canary-in-a-link/", "/rules/?of=canary-of-a-query"):
        visitor.get(path)
        httpx.get(f"{http}{path}", trust_env=False)
    written = until(lambda: (text := log.read_text()).count('"GET /rules/" ') >= 2 and text, "the last lines")
    for path in SECRETS:
        assert f'"GET {path.partition("canary")[0]}..." ' in written
    assert "canary" not in written


def test_every_way_with_a_secret_is_one_that_the_proxy_knows():
    ways = {str(each.pattern).partition("<str:secret>")[0] for each in urlpatterns if "<str:secret>" in str(each.pattern)}
    assert ways == {path.partition("canary")[0].lstrip("/") for path in SECRETS}


def lines(server):
    return [json.loads(line) for line in server.said().splitlines() if line.startswith("{")]


def test_each_request_is_a_line_that_names_nobody(visitor, portal):
    """It holds the route and not the address, the client's network and not the client, and nothing that a query asks."""
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "forged-by-the-client", "X-Forwarded-Host": "evil.example"}
    answer = visitor.get("/stages/budget/?token=canary-of-a-query", headers=forged)
    assert answer.status_code == 200
    mine = answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", mine), "made by the proxy"
    (line,) = until(lambda: [line for line in lines(portal) if line.get("request_id") == mine], "its line")
    assert line | {"ms": 0, "timestamp": ""} == {
        "event": "request", "method": "GET", "route": "public:stage", "status": 200, "ms": 0, "client": "127.0.0.0/24",
        "request_id": mine, "level": "info", "logger": "dure.requests", "timestamp": "",
    }  # fmt: skip
    for told in ("canary", "203.0.113", "forged", USERNAME, "127.0.0.1"):
        assert told not in portal.said().partition("\n")[2], told


@pytest.fixture(scope="module")
def deployment_check(production_database):
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"]
    return subprocess.run(command, cwd=ROOT, env=production(production_database), capture_output=True, text=True, check=False)


def test_the_deployment_check_is_silent(deployment_check):
    assert deployment_check.returncode == 0, deployment_check.stderr
    assert deployment_check.stdout.strip() == "System check identified no issues (0 silenced)."
    assert deployment_check.stderr == ""


class TestWhereARequestComesFrom:
    @pytest.fixture(autouse=True)
    def trusting(self, settings):
        settings.DURE_TRUSTED_PROXIES = ["10.1.0.0/16", "2001:db8::/32"]

    def seen(self, peer, **headers):
        kept = {}

        def view(request):
            kept.update(request.META)
            kept["network"] = network_of(request)
            return HttpResponse()

        origin(view)(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))
        return kept

    def test_a_trusted_proxy_tells(self):
        seen = self.seen("10.1.2.3", X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="https")
        assert (seen["REMOTE_ADDR"], seen["HTTP_X_FORWARDED_PROTO"]) == ("198.51.100.7", "https")
        assert seen["network"] == "198.51.100.0/24"

    def test_nobody_else_does(self):
        told = {"X_Forwarded_For": "198.51.100.7", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.example",
                "X_Request_ID": "made-up-by-them", "Forwarded": "for=198.51.100.7", "X_Real_IP": "198.51.100.7"}  # fmt: skip
        seen = self.seen("192.0.2.5", **told)
        assert seen["REMOTE_ADDR"] == "192.0.2.5"
        assert not [key for key in seen if "FORWARDED" in key or key in {"HTTP_X_REQUEST_ID", "HTTP_X_REAL_IP"}]

    @pytest.mark.parametrize(
        ("chain", "client"),
        [
            ("198.51.100.7", "198.51.100.7"),
            ("203.0.113.1, 198.51.100.7", "198.51.100.7"),  # the first is what the client wrote
            ("198.51.100.7, 10.1.9.9", "198.51.100.7"),  # two proxies of ours
            ("10.1.9.8, 10.1.9.9", "10.1.9.8"),
            ("evil, 10.1.9.9", "10.1.9.9"),
            ("2001:db8::1, 2001:db9::5, 10.1.9.9", "2001:db9::5"),
            ("198.51.100.7, ", ""),
            ("", ""),
        ],
    )
    def test_the_last_address_that_is_no_proxy_of_ours(self, chain, client):
        assert client_of(chain, networks(["10.1.0.0/16", "2001:db8::/32"])) == client
