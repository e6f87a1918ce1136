"""What does each page cost, with 5,000 and with 100,000 applications? Statements and CPU of one request, in this process.

    DATABASE_URL=... python benchmarks/pages.py [APPLICATIONS ...]

Makes a database of its own for each size on that server, fills it (benchmarks/seeding.py), asks for the first page, for every
list as each desk (first page, next page, sorted, filtered, searched), for one page of each kind of subject and for whole lists
as files, prints the table and keeps benchmarks/results/pages.json. CPU is this process's alone, the median of seven requests
after two; the database's own time is in `wall`, which other work on the machine lengthens. Pages whose documents the seeding does
not make (one decision explained, one round) are held to their statements by tests/portal/test_budgets.py on the programme.
"""

import json
import os
import re
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.test")

import django
from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "pages.json"
SERVERS = 40_000
ROUNDS = 7
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
# One subject of each kind that the seeding makes.
SUBJECTS = {
    "user_call": "SELECT id FROM demand_usercall LIMIT 1",
    "application": "SELECT application_id FROM allocation_grant ORDER BY id LIMIT 1",
    "round": "SELECT id FROM allocation_allocationround ORDER BY start_on LIMIT 1",
    "grant": "SELECT id FROM allocation_grant ORDER BY id LIMIT 1",
    "panel": "SELECT id FROM review_panel ORDER BY id LIMIT 1",
    "pool": "SELECT id FROM supply_pool ORDER BY id LIMIT 1",
    "invoice": "SELECT id FROM settlement_invoice ORDER BY id LIMIT 1",
    "organisation": "SELECT id FROM parties_organisation ORDER BY id LIMIT 1",
    "person": "SELECT uid FROM parties_person WHERE username LIKE 'applicant-%' ORDER BY id LIMIT 1",
    "month": "SELECT '2026-03'",
}


def main() -> None:
    """Measure each size, print the curve, and keep it."""
    sizes = [int(each) for each in sys.argv[1:]] or [5_000, 100_000]
    django.setup()
    curve = {str(size): _measured(size) for size in sizes}
    kept = json.loads(RESULT.read_text()).get("sizes", {}) if RESULT.exists() else {}
    result = {
        "what": f"one request of each page, {SERVERS} servers: SQL statements; CPU of the web process in ms, median of "
        f"{ROUNDS} after two; wall in ms with the database on the same machine",
        "budget": {"statements": MOST_STATEMENTS, "cpu_ms": MOST_CPU_MS},
        "loop": "CPU ms of a fixed loop in Python at the time, median of all pages: it tells how busy the machine was, and that "
        "other work on the same processor lengthens CPU time too; cpu_least_ms is the least of the rounds",
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
    home = _home()
    pages = {**_pages(), **_details()}
    files = _files()
    _print(applications, {**home, **pages})
    for name, each in files.items():
        size = f"{each['bytes']:,} bytes, at most {each['peak_mb']} MB of Python's memory"
        print(f"{name:<55}{each['rows']:>10}{each['cpu_ms']:>9}{each['wall_ms']:>9}  {size}")
    cpu, least = ([each[key] for each in pages.values()] for key in ("cpu_ms", "cpu_least_ms"))
    return {
        "loop_ms": statistics.median(each["loop_ms"] for each in pages.values()),
        "pages": len(pages),
        "cpu_ms": {"median": statistics.median(cpu), "worst": max(cpu)},
        "cpu_least_ms": {"median": statistics.median(least), "worst": max(least)},
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
        "home": home,
        "files": files,
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


def _home() -> dict[str, dict[str, float]]:
    """The first page for visitors who have not logged in: rebuilt after an act, and as it is kept until the next one."""
    from django.test import Client

    from dure.portal.subjects.programme import pages

    def forget() -> None:
        pages._pages._made.clear()  # as after an act  # noqa: SLF001

    anyone = Client()
    return {"/ after an act": _cost(anyone, "/", before=forget), "/ kept": _cost(anyone, "/")}


def _details() -> dict[str, dict[str, float]]:
    """One page of each kind of subject, of one application, and what can be done and filed."""
    from django.db import connection
    from django.test import Client

    from dure.records.parties.queries import person

    agency, found = Client(), {}
    agency.force_login(person("agency"))
    with connection.cursor() as cursor:
        for kind, statement in SUBJECTS.items():
            cursor.execute(statement)
            address = f"/objects/{kind}/{cursor.fetchone()[0]}/"
            found[f"/objects/{kind}/"] = _cost(agency, address)
            if kind == "application":
                found["/agency/applications/…/"] = _cost(agency, f"/agency/applications/{address.split('/')[3]}/")
    for address in ("/acts/", "/acts/filing/", "/agency/", "/agency/calls/"):
        found.setdefault(address, _cost(agency, address))
    return found


def _files() -> dict[str, dict[str, float]]:
    """All applications as files: CPU and time of the whole, rows, bytes, and the most memory that Python held for it."""
    from django.test import Client

    from dure.records.demand.queries import applications
    from dure.records.parties.queries import person

    agency, found = Client(), {}
    agency.force_login(person("agency"))
    rows = applications().count()
    for form in ("csv", "json", "xlsx"):
        address = f"/agency/applications/?applications-format={form}&applications-rows=all"
        start, began = time.process_time(), time.perf_counter()
        size = sum(len(part) for part in agency.get(address).streaming_content)
        cpu, wall = time.process_time() - start, time.perf_counter() - began
        tracemalloc.start()
        for _part in agency.get(address).streaming_content:
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        found[f"all applications as {form.upper()}"] = {
            "rows": rows,
            "cpu_ms": round(cpu * 1000),
            "wall_ms": round(wall * 1000),
            "bytes": size,
            "peak_mb": round(peak / 1e6, 1),
        }
    return found


def _cost(visitor: Any, address: str, *, before: Callable[[], None] = lambda: None) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    before()
    with CaptureQueriesContext(connection) as captured:
        answer = visitor.get(address)
    statements = [float(each["time"]) for each in captured.captured_queries]  # the next request forgets them
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    before()
    visitor.get(address)
    cpu, wall = [], []
    for _ in range(ROUNDS):
        before()
        start, began = time.process_time(), time.perf_counter()
        visitor.get(address)
        cpu.append((time.process_time() - start) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return {
        "statements": len(statements),
        "cpu_ms": round(statistics.median(cpu), 1),
        "cpu_least_ms": round(min(cpu), 1),
        "wall_ms": round(statistics.median(wall), 1),
        "database_ms": round(sum(statements) * 1000),
        "loop_ms": _loop(),
        "bytes": len(answer.content),
    }


def _loop() -> float:
    """CPU ms of 200,000 turns of a loop."""
    start = time.process_time()
    total = 0
    for each in range(200_000):
        total += each * each % 7
    return round((time.process_time() - start) * 1000, 1)


def _print(applications: int, pages: dict[str, dict[str, float]]) -> None:
    print(f"\n{applications} applications{'':38} statements  CPU ms  wall ms  database ms")
    for name, each in pages.items():
        mark = " *" if each["cpu_ms"] > MOST_CPU_MS or each["statements"] > MOST_STATEMENTS else ""
        print(f"{name:<55}{each['statements']:>10}{each['cpu_ms']:>9}{each['wall_ms']:>9}{each['database_ms']:>9}{mark}")


if __name__ == "__main__":
    main()
