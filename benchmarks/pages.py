"""What does each list page cost, with 5,000 and with 100,000 applications? Statements and CPU of one request, in this process.

    DATABASE_URL=... python benchmarks/pages.py [APPLICATIONS ...]

Makes a database of its own for each size on that server, fills it (benchmarks/seeding.py), asks for every list as each desk
(first page, next page, sorted, filtered, searched), prints the table and keeps benchmarks/results/pages.json. CPU is this
process's alone, the median of five requests after two; the database's own time is in `wall`, which other work on the machine
lengthens.
"""

import json
import os
import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.test")

import django
from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "pages.json"
SERVERS = 40_000
ROUNDS = 5
MOST_STATEMENTS, MOST_CPU_MS = 15, 25.0
# Desk, address, key of its list, a column to sort by, a filter, and a word to search for.
LISTS = (
    ("agency", "/agency/applications/", "applications", "-servers", "state=chosen", "ㅅㅎㄷ"),
    ("agency", "/agency/applications/", "applications", "-granted", "sector=academia", "모델 4999"),
    ("agency", "/agency/grants/", "grants", "organisation", "pool=pool-3", "대학교"),
    ("agency", "/agency/waiting/", "waiting", "-servers", "sector=industry", "ㄷㅎㄱ"),
    ("agency", "/agency/invoices/", "invoices", "-billed_won", "state=open", "university"),
    ("agency", "/agency/usage/", "usage", "-gpu_hours", "start_after=2026-03-10", "app-0004"),
    ("agency", "/agency/panels/", "panels", "id", "open=open", "panel-4"),
    ("agency", "/agency/organisations/", "organisations", "name", "kind=company", "ㅅㅎ"),
    ("agency", "/agency/people/", "people", "name", "desk=applicant", "신청인"),
    ("agency", "/agency/register/", "register", "-serial", "pool=pool-3", "0042"),
    ("operator", "/operator/servers/", "servers", "pool", "state=leased", "0042"),
    ("operator", "/operator/register/", "register", "-in_service_from", "own_use=true", "SN-0042"),
    ("ministry", "/ministry/", "decided", "-answered_at", "state=approval", "round-4"),
    ("auditor", "/auditor/", "journal", "at", "kind=approval", "round-4"),
    ("auditor", "/auditor/acts/", "acts", "command", "command=file_decision", "application/42"),
    ("applicant", "/applicant/", "applications", "title", "state=chosen", "모델"),
    ("applicant", "/applicant/usage/", "usage", "gpu_hours", "start_after=2026-03-01", "round"),
    ("applicant", "/applicant/invoices/", "invoices", "due_on", "state=open", "inv"),
)


def main() -> None:
    """Measure each size, print the curve, and keep it."""
    sizes = [int(each) for each in sys.argv[1:]] or [5_000, 100_000]
    django.setup()
    curve = {str(size): _measured(size) for size in sizes}
    kept = json.loads(RESULT.read_text()).get("sizes", {}) if RESULT.exists() else {}
    result = {
        "what": f"one request of each list page, {SERVERS} servers: SQL statements; CPU of the web process in ms, median of "
        f"{ROUNDS} after two; wall in ms with the database on the same machine",
        "budget": {"statements": MOST_STATEMENTS, "cpu_ms": MOST_CPU_MS},
        "sizes": {**kept, **curve},
        "machine": description(),
    }
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


def _measured(applications: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection
    from seeding import seed

    from dure.cycle.programme import book

    _own_database(f"dure_pages_{applications}")
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM demand_application)")
        filled = cursor.fetchone()[0]
    if not filled:
        print(f"{applications} applications, {SERVERS} servers:")
        seed(applications=applications, servers=SERVERS, programme=book().programme)
    pages = _pages()
    _print(applications, pages)
    cpu = [each["cpu_ms"] for each in pages.values()]
    return {
        "pages": len(pages),
        "cpu_ms": {"median": statistics.median(cpu), "worst": max(cpu)},
        "statements": {
            "median": statistics.median(each["statements"] for each in pages.values()),
            "worst": max(each["statements"] for each in pages.values()),
        },
        "wall_ms": {
            "median": statistics.median(each["wall_ms"] for each in pages.values()),
            "worst": max(each["wall_ms"] for each in pages.values()),
        },
        "over_budget": sorted(
            name for name, each in pages.items() if each["cpu_ms"] > MOST_CPU_MS or each["statements"] > MOST_STATEMENTS
        ),
        "by_page": pages,
    }


def _own_database(name: str) -> None:
    """Turn to that database of the server, made if it is not there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name])
        if not cursor.fetchone()[0]:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name


def _pages() -> dict[str, dict[str, float]]:
    from django.test import Client

    from dure.records.parties.queries import person

    clients: dict[str, Client] = {}
    pages: dict[str, dict[str, float]] = {}
    for desk, address, key, sort, narrowed, word in LISTS:
        if desk not in clients:
            clients[desk] = Client()
            clients[desk].force_login(person(desk))
        visitor = clients[desk]
        first = visitor.get(address).content.decode()
        following = re.search(rf'href="(\?[^"]*{key}-after=[^"]+)"', first)
        asked = {
            "": "", "next page": following.group(1).replace("&amp;", "&") if following else "",
            f"sort {sort}": f"?{key}-sort={sort}", narrowed: f"?{key}-{narrowed}", f"search {word}": f"?{key}-q={word}",
        }  # fmt: skip
        for what, query in asked.items():
            if query or not what:
                pages[f"{address} {what}".strip()] = _cost(visitor, address + query)
    return pages


def _cost(visitor: Any, address: str) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = visitor.get(address)
    statements = [float(each["time"]) for each in captured.captured_queries]  # the next request forgets them
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    visitor.get(address)
    cpu, wall = [], []
    for _ in range(ROUNDS):
        start, began = time.process_time(), time.perf_counter()
        visitor.get(address)
        cpu.append((time.process_time() - start) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return {
        "statements": len(statements),
        "cpu_ms": round(statistics.median(cpu), 1),
        "wall_ms": round(statistics.median(wall), 1),
        "database_ms": round(sum(statements) * 1000),
        "bytes": len(answer.content),
    }


def _print(applications: int, pages: dict[str, dict[str, float]]) -> None:
    print(f"\n{applications} applications{'':38} statements  CPU ms  wall ms  database ms")
    for name, each in pages.items():
        mark = " *" if each["cpu_ms"] > MOST_CPU_MS or each["statements"] > MOST_STATEMENTS else ""
        print(f"{name:<55}{each['statements']:>10}{each['cpu_ms']:>9}{each['wall_ms']:>9}{each['database_ms']:>9}{mark}")


if __name__ == "__main__":
    main()
