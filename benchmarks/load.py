"""How long do people wait when many come at once, while others get in the way? `dure serve` with two workers, over loopback.

    DATABASE_URL=... python benchmarks/load.py [SECONDS]     # of each scene; 60 unless told

Fills a database with 5,000 applications as benchmarks/pages.py does, serves it as in production, and plays scenes: 200 readers of
public pages and 60 people at desks, who think five seconds between pages; the same while 500 slow clients hold on; the same
while four people verify the journal, four take a large file slowly and eight guess passwords, all without a pause; and all 200
readers at the same instant. The clients run on the same two processors as server, worker and database, which they slow down.
Prints the table and keeps benchmarks/results/load.json; where somebody waited longer than the budget, or got no answer, it ends
with status 1.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.test")

import django
from bench_databases import log_ins, own_database
from clients import Client, Seen, crowd, dawdler, guesser, person, poster, sipper
from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "load.json"
APPLICATIONS, SERVERS = 5_000, 40_000
READERS, PEOPLE, THINK, SLOW = 200, 60, 5.0, 500
PUBLIC = ("/", "/", "/", "/", "/stages/", "/rules/", "/open-data/")
VERIFY, FILE = "/auditor/verification/", "/agency/applications/?applications-format=json&applications-rows=all"
MOST = {"readers": 1.0, "people": 2.0}  # seconds within which 99 of 100 answers must come


def main() -> None:
    """Play all scenes, print the table, and keep it."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    django.setup()
    _fill()
    scenes: dict[str, Any] = {}
    with _serving() as port:
        desks = _desks()
        auditors = [cookies for desk, cookies in desks if desk == "auditor"][:1] * 4
        agency = next(cookies for desk, cookies in desks if desk == "agency")
        for each in (Client(port), *(Client(port, cookies) for _desk, cookies in desks[:8])):
            asyncio.run(_warmed(each))
        for name, hindrance in (
            ("alone", lambda _until, _seen: []),
            ("500 slow clients", lambda until, _seen: [dawdler(port, until=until, seed=each) for each in range(SLOW)]),
            (
                "4 verify, 4 download slowly, 8 guess passwords",
                lambda until, seen: [
                    *(poster(port, VERIFY, cookies, seen["verifying"], until=until) for cookies in auditors),
                    *(sipper(port, FILE, agency, until=until) for _ in range(4)),
                    *(guesser(port, seen["guessing"], until=until, seed=each) for each in range(8)),
                ],
            ),
        ):
            scenes[name] = asyncio.run(_scene(port, desks, hindrance, seconds))
            _print(name, scenes[name])
        scenes["all 200 at the same instant"] = asyncio.run(_at_once(port))
        _print("all 200 at the same instant", scenes["all 200 at the same instant"])
    RESULT.write_text(
        json.dumps(
            {
                "what": f"{READERS} readers of public pages and {PEOPLE} people at desks, who think {THINK:g} s between pages; "
                f"{APPLICATIONS} applications, {SERVERS} servers, two workers; clients, server and database on one machine",
                "budget_p99_s": MOST,
                "seconds": seconds,
                "scenes": scenes,
                "machine": description(),
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )
    if any(_is_over(kind, each) for scene in scenes.values() for kind, each in scene.items()):
        raise SystemExit("somebody waited longer than the budget, or got no answer")


async def _warmed(client: Client) -> None:
    for page in PUBLIC:
        await client.ask(page)
    client.close()


async def _scene(
    port: int, desks: list[tuple[str, str]], hindrance: Callable[[float, dict[str, Seen]], list[Awaitable[None]]], seconds: float
) -> dict[str, Any]:
    from addresses import LISTS

    seen = {name: Seen() for name in ("readers", "people", "verifying", "guessing")}
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(person(Client(port), PUBLIC, seen["readers"], until=until, think=THINK, seed=each) for each in range(READERS)),
        *(
            person(
                Client(port, cookies),
                [address for of, address, *_rest in LISTS if of == desk],
                seen["people"],
                until=until,
                think=THINK,
                seed=1000 + number,
            )
            for number, (desk, cookies) in enumerate(desks)
        ),
        *hindrance(until, seen),
    )
    return _figures(seen)


async def _at_once(port: int) -> dict[str, Any]:
    seen = {"readers": Seen()}
    await crowd([Client(port) for _ in range(READERS)], "/", seen["readers"], waves=10, pause=1.0)
    return _figures(seen)


def _figures(seen: dict[str, Seen]) -> dict[str, Any]:
    return {
        name: {
            "answers": len(each.seconds),
            "statuses": {str(status): number for status, number in sorted(each.statuses.items())},
            "lost": each.lost,
            "p50_s": round(each.at(0.5), 3),
            "p99_s": round(each.at(0.99), 3),
            "worst_s": round(max(each.seconds, default=0.0), 3),
        }
        for name, each in seen.items()
        if each.seconds or each.lost
    }


def _is_over(kind: str, figures: dict[str, Any]) -> bool:
    return kind in MOST and (figures["p99_s"] > MOST[kind] or figures["lost"] > 0)


def _print(name: str, scene: dict[str, Any]) -> None:
    print(f"\n{name}\n{'':12}{'answers':>9}{'lost':>6}{'p50 s':>8}{'p99 s':>8}{'worst s':>9}  statuses")
    for kind, each in scene.items():
        mark = " *" if _is_over(kind, each) else ""
        print(
            f"{kind:12}{each['answers']:>9}{each['lost']:>6}{each['p50_s']:>8.3f}{each['p99_s']:>8.3f}{each['worst_s']:>9.3f}"
            f"  {each['statuses']}{mark}",
            flush=True,
        )


def _fill() -> None:
    """The database of benchmarks/pages.py, called an installation."""
    from django.core.management import call_command
    from django.db import connection
    from seeding import seed

    from dure.cycle.programme import book
    from dure.records.demand.models import Application
    from dure.records.installation import actions, queries

    own_database(f"dure_pages_{APPLICATIONS}")
    call_command("migrate", verbosity=0)
    if not Application.objects.exists():
        seed(applications=APPLICATIONS, servers=SERVERS, programme=book().programme)
    if queries.installation() is None:
        actions.begin(kind="programme", programme=book().programme, code_version="benchmark")
        actions.finish()
    connection.close()


def _desks() -> list[tuple[str, str]]:
    """Sixty people's desks and cookies: one each of the offices, and applicants."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from dure.records.parties.queries import people

    offices = ("agency", "operator", "ministry", "auditor")
    applicants = list(people(desk="applicant")[: PEOPLE // 2])
    seated = [(desk, people(desk=desk)[0]) for desk in offices * (PEOPLE // (2 * len(offices)) + 1)][: PEOPLE // 2]
    seated += [("applicant", each) for each in applicants]
    found = []
    for desk, each in seated:
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(each.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = each.get_session_auth_hash()
        session.save()
        found.append((desk, f"sessionid={session.session_key}"))
    return found


@contextlib.contextmanager
def _serving() -> Iterator[int]:
    """`dure serve` over that database, until it is left."""
    from django.conf import settings
    from django.db import connection

    given, port = connection.settings_dict, 8123
    place = f"{given['HOST']}:{given['PORT']}/{given['NAME']}"
    app, worker = (f"postgresql://dure_pages_{name}:{word}@{place}" for name, word in log_ins("app", "worker").items())
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"another server listens on port {port}: its figures would be worth nothing.")
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ, "DATABASE_URL": app, "DURE_WORKER_URL": worker, "DURE_HOME": home,
            "DURE_SECRET_KEY": settings.SECRET_KEY, "DURE_HOSTS": "localhost",
            "DURE_BEHIND_TLS_PROXY": "1", "DURE_LOG_LEVEL": "warning",
            "DJANGO_SETTINGS_MODULE": "dure.portal.settings.production", "PYTHONPATH": str(ROOT / "src"),
        }  # fmt: skip
        serve = [sys.executable, "-m", "dure", "serve", "--port", str(port), "--workers", "2"]
        work = [sys.executable, "-m", "dure", "worker"]
        server, worker = (subprocess.Popen(each, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) for each in (serve, work))
        try:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2)
                    break
                time.sleep(0.1)
            yield port
        finally:
            for each in (server, worker):
                each.send_signal(signal.SIGTERM)
                each.wait(60)


if __name__ == "__main__":
    main()
