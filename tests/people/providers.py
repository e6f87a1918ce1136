"""Identity providers for tests, each a process of its own: one that grants everything, and a certified one that refuses."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from portal.serving import PATIENCE, free_port
from programme import ROOT

NODE_HOME = Path(os.environ.get("DURE_TEST_NODE", ROOT / ".node"))


@contextlib.contextmanager
def started(command, issuer, **environment):
    """The provider while it runs: ended with the test."""
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(f"{issuer}/.well-known/openid-configuration", process)
            yield issuer
        finally:
            process.terminate()


def _wait_for(address, process):
    for _ in range(10 * PATIENCE):
        assert process.poll() is None, "the provider has ended"
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(address).status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail("the provider does not answer")


@contextlib.contextmanager
def granting():
    """A provider that lets everybody in under the name they give (oidc-provider-mock)."""
    port = free_port()
    with started(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)], f"http://127.0.0.1:{port}"
    ) as issuer:
        yield issuer


@contextlib.contextmanager
def strict(callback):
    """A certified provider (npm oidc-provider) that knows one client, its secret and that redirect address."""
    if not shutil.which("node") or not (NODE_HOME / "node_modules" / "oidc-provider").exists():
        message = f"refusals need Node.js and a provider: npm install --prefix {NODE_HOME} oidc-provider@9"
        if os.environ.get("CI") == "true" and not os.environ.get("DURE_TEST_WITHOUT_NODE"):
            pytest.fail(message)
        pytest.skip(message)
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    script = Path(__file__).with_name("provider.mjs")
    surroundings = {"DURE_TEST_NODE": str(NODE_HOME.absolute()), "ISSUER": issuer, "PORT": str(port), "CALLBACK": callback}
    with started(["node", str(script)], issuer, **surroundings):
        yield issuer


def configure(settings, issuer, *, client="dure", secret="the right secret of this client"):  # noqa: S107 - of a provider of tests
    """This deployment's provider is that one."""
    from dure.portal.settings.log_in import identity_provider

    told = {
        "DURE_OIDC_URL": issuer,
        "DURE_OIDC_NAME": "기관 통합인증",
        "DURE_OIDC_CLIENT_ID": client,
        "DURE_OIDC_CLIENT_SECRET": secret,
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": identity_provider(told)}}
