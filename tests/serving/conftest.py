"""The portal as it stands in production: its settings, `dure serve`, two workers, and a database with one person."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from databases import new_database
from portal.serving import free_port
from serving.production import PASSWORD
from serving.running import PYTHONPATH, ROOT, Server

SECRET = "a-canary-that-must-never-be-seen-0123456789-abcdefghij"  # noqa: S105 - of these tests
TOKEN = "the-token-of-the-metrics"  # noqa: S105 - of these tests


def production(database):
    """The environment of a production server on that database, behind a proxy on this machine."""
    foreign = {key: value for key, value in os.environ.items() if not key.startswith(("DURE_", "DATABASE_", "DJANGO_"))}
    return {
        **foreign, "PYTHONPATH": PYTHONPATH, "DJANGO_SETTINGS_MODULE": "dure.portal.settings.production",
        "DATABASE_URL": database, "DURE_SECRET_KEY": SECRET, "DURE_HOSTS": "localhost,.example.kr", "DURE_BEHIND_TLS_PROXY": "1",
        "DURE_METRICS_TOKEN": TOKEN, "LANG": "C.UTF-8",
    }  # fmt: skip


def serve(database, folder, *words):
    """`dure serve` over that database."""
    port = free_port()
    command = [sys.executable, "-m", *words, "--port", str(port), "--workers", "2"]
    return Server(command, port=port, errors=folder / "errors", env={**production(database), "DURE_HOME": str(folder)}, only=True)


@pytest.fixture(scope="session")
def production_database():
    with new_database("serving") as database:
        program = Path(__file__).with_name("production.py")
        subprocess.run([sys.executable, program], env=production(database), check=True, cwd=ROOT)
        yield database


@pytest.fixture(scope="module")
def portal(production_database, tmp_path_factory):
    """Ends as it should: drained, with exit code 0, and nothing of what is secret in its log."""
    server = serve(production_database, tmp_path_factory.mktemp("portal"), "dure", "serve")
    try:
        yield server.wait()
        assert server.end() == 0
        for secret in (SECRET, TOKEN, PASSWORD, production_database.split("@")[0].split(":")[-1]):
            assert secret not in server.said()
    finally:
        server.destroy()


@pytest.fixture(scope="module")
def without_database(tmp_path_factory):
    """A portal whose database has gone."""
    address = f"postgresql://dure:{SECRET}@127.0.0.1:{free_port()}/dure"
    server = serve(address, tmp_path_factory.mktemp("lost"), "dure.portal.front", "--host", "127.0.0.1")
    try:
        yield server.wait()
        assert SECRET not in server.said()
    finally:
        server.destroy()
