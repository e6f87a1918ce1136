"""An installation that was made a moment ago and is served: for this machine alone, or for people, behind nginx with TLS."""

import re
import subprocess
import sys
from contextlib import contextmanager
from typing import NamedTuple

from cycle.installing.engineer import Engineer
from notices.inbox import Inbox, listening
from portal.serving import PATIENCE, answers, free_port
from serving.proxy import proxy

ADDRESS = "chunhyang@agency.example"
AGED = """
import sys
from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing.addresses import OWNER
open_installation(OWNER)
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore(sys.argv[1])
proofs = "account_authentication_methods"
session[proofs] = [{**each, "at": each["at"] - 86_400} for each in session[proofs]]
session.save()
"""
DELIVERED = """
from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing.addresses import WORKER
open_installation(WORKER)
from django.utils import timezone
from dure.cycle.notifying.outbox import deliver_due
deliver_due(timezone.now())
"""


class Opened(NamedTuple):
    """The address at which people open it, the first administrator's link below that, and where its mails arrive."""

    engineer: Engineer
    base: str
    link: str
    inbox: Inbox | None = None

    def ages(self, session):
        """Whoever has that session proved who they are a day before they really did."""
        self.engineer.runs(AGED, session)

    def delivers(self):
        """Mails go out, as they do every minute."""
        self.engineer.runs(DELIVERED)


@contextmanager
def on_this_machine(folder):
    """By http on the loopback; no mail goes out. By its name, since no passkey is made for a number."""
    port, engineer = free_port(), Engineer(folder / "installation")
    with _served(engineer, port) as said:
        yield Opened(engineer, f"http://localhost:{port}", _link(said, ""))


@contextmanager
def behind_nginx(folder):
    """By https through nginx, with the settings of production and a mail server."""
    port, place = free_port(), folder / "nginx"
    place.mkdir()
    with listening() as (inbox, mail), proxy(place, port) as (https, _http, _certificate, _log):
        base = f"https://localhost:{https}"
        engineer = Engineer(
            folder / "installation", DURE_HOSTS="localhost", DURE_BEHIND_TLS_PROXY="1", DURE_URL=base, DURE_MAIL_TLS="none",
            DURE_MAIL_HOST="127.0.0.1", DURE_MAIL_PORT=str(mail), DURE_MAIL_FROM="두레 <dure@agency.example>",
        )  # fmt: skip
        with _served(engineer, port, "--email", ADDRESS) as said:
            yield Opened(engineer, base, _link(said, base), inbox)


@contextmanager
def _served(engineer, port, *words):
    """`dure init`, and `dure serve` at that port until `dure stop`: what the first said. Nothing runs on afterwards."""
    serve, process = [sys.executable, "-m", "dure", "serve", "--port", str(port)], None
    try:
        made = engineer.types("init", "--administrator", "성춘향", *words)
        assert made.returncode == 0, made.stdout + made.stderr
        process = subprocess.Popen(serve, cwd=engineer.folder, env=engineer.surroundings())
        assert answers(port, process)
        yield made.stdout
        assert engineer.types("stop").stdout.startswith("stopped: the server of the portal")
        assert process.wait(PATIENCE) == 0
    finally:
        if process:
            process.kill()
        engineer.leaves()


def _link(said, base):
    """The link that was printed, below that address."""
    found = re.search(rf"{re.escape(base)}(/invitation/dure_[\w-]{{43}}/)", said)
    assert found, said
    return found[1]
