"""What does each page cost, with 5,000 and with 100,000 applications? Statements and CPU of one request, in this process.

    DATABASE_URL=... python benchmarks/pages.py [APPLICATIONS ...]

Makes a database of its own for each size on that server, fills it (benchmarks/seeding.py), asks for the first page, for every
list as each desk (first page, next page, sorted, filtered, searched), for one page of each kind of subject and for whole lists
as files, prints the table and keeps benchmarks/results/pages.json. CPU is this process's alone, the median of fifteen requests in
five passes over all pages, so that a busy minute of the machine falls on all of them alike; the database's own time is in `wall`,
which other work on the machine lengthens. One plan of all applications is filed
(benchmarks/large_plan.py): what its explanation costs once, and what each page of it costs from then on.
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
from typing import Any, NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.test")

import django
from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "pages.json"
SERVERS = 40_000
PASSES, ROUNDS = 5, 3
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
        f"{PASSES * ROUNDS} in {PASSES} passes over all pages; wall in ms with the database on the same machine",
        "budget": {"statements": MOST_STATEMENTS, "cpu_ms": MOST_CPU_MS},
        "loop": "CPU ms of a fixed loop in Python at the time, median of all pages: it tells how busy the machine was, for other "
        "work on the same processor lengthens CPU time too; cpu_least_ms is the least of the rounds, and loops is the median of "
        "what a page took over what the loop took next to it",
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
    explaining = _explained(applications)
    asks = {**_home(), **_pages(), **_details(), **_plan_pages()}
    costs = _costs(asks)
    home, pages = ({name: costs[name] for name in asks if name.startswith("/ ") == first} for first in (True, False))
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
        "explaining": explaining,
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


class Ask(NamedTuple):
    """One page: who asks for which address, and what happens before."""

    visitor: Any
    address: str
    before: Callable[[], None] = lambda: None


def _pages() -> dict[str, Ask]:
    from django.test import Client

    from dure.records.parties.queries import person

    clients: dict[str, Client] = {}
    pages: dict[str, Ask] = {}
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
                pages[f"{address} {what}".strip()] = Ask(visitor, address + query)
    return pages


def _home() -> dict[str, Ask]:
    """The first page for visitors who have not logged in: rebuilt after an act, and as it is kept until the next one."""
    from django.test import Client

    from dure.portal.subjects.programme import pages

    def forget() -> None:
        pages._pages._made.clear()  # as after an act  # noqa: SLF001

    anyone = Client()
    return {"/ after an act": Ask(anyone, "/", forget), "/ kept": Ask(anyone, "/")}


def _details() -> dict[str, Ask]:
    """One page of each kind of subject, of one application, and what can be done and filed."""
    from django.db import connection
    from django.test import Client

    from dure.records.parties.queries import person

    agency = Client()
    found: dict[str, Ask] = {}
    agency.force_login(person("agency"))
    with connection.cursor() as cursor:
        for kind, statement in SUBJECTS.items():
            cursor.execute(statement)
            address = f"/objects/{kind}/{cursor.fetchone()[0]}/"
            found[f"/objects/{kind}/"] = Ask(agency, address)
            if kind == "application":
                found["/agency/applications/…/"] = Ask(agency, f"/agency/applications/{address.split('/')[3]}/")
    for address in ("/acts/", "/acts/filing/", "/agency/", "/agency/calls/"):
        found.setdefault(address, Ask(agency, address))
    return found


PLAN, ROUND = 1, "round-1"  # the entry that holds the plan of all applications, and its round


def _explained(applications: int) -> dict[str, float]:
    """What it costs to explain a plan of all applications once, in two languages: after its filing, by the one who filed."""
    import resource

    from django.db import connection
    from large_plan import file_plan

    from dure.portal.subjects.decisions import journal
    from dure.portal.subjects.decisions.explained import explain_whole
    from dure.records.explanations.models import Row

    if not Row.objects.filter(explanation__entry=PLAN).exists():
        file_plan(applications, PLAN, lambda said: print(f"  {said}"))
    journal._read.clear()  # another database's entry has the same made-up hash  # noqa: SLF001
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, began = time.process_time(), time.perf_counter()
    explain_whole(PLAN)
    cpu, wall = time.process_time() - start, time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE explanations_row, explanations_piece, explanations_explanation")
        cursor.execute("SELECT pg_total_relation_size('explanations_row') + pg_total_relation_size('explanations_piece')")
        kept = cursor.fetchone()[0]
    found = {
        "rows": Row.objects.filter(explanation__entry=PLAN).count(),
        "cpu_s": round(cpu, 1),
        "wall_s": round(wall, 1),
        "kept_mb": round(kept / 1e6, 1),
        "memory_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1),
    }
    print("  explained once: ", found)
    return found


def _plan_pages() -> dict[str, Ask]:
    """Pages of that plan: for everybody, for the office, and each of the round's, with a search and an order."""
    from django.test import Client

    from dure.records.parties.queries import person

    agency = Client()
    agency.force_login(person("agency"))
    of_round = f"/agency/rounds/{ROUND}/plans/{PLAN}/"

    def of_table(key: str) -> Client:
        """As the script asks when a person searches or sorts that table: the page takes nothing else out of the answer."""
        client = Client(headers={"HX-Request": "true", "HX-Target": f"table-{key}"})
        client.force_login(person("agency"))
        return client

    applications = of_table("applications")
    addresses = [
        (Client(), f"/decisions/{PLAN}/"), (agency, f"/agency/decisions/{PLAN}/"), (agency, f"/agency/rounds/{ROUND}/"),
        (applications, f"{of_round}?applications-q=app-0042"), (applications, f"{of_round}?applications-sort=-granted"),
        (applications, f"{of_round}?applications-only=True&applications-page=40"),
        (of_table("grants"), f"{of_round}?grants-sort=-value"),
        (agency, f"{of_round}servers/"), (agency, f"{of_round}waiting/"), (agency, f"{of_round}applications/app-004242/"),
        (of_table("reasons"), f"/agency/decisions/{PLAN}/?reasons-q=app-0042"),
    ]  # fmt: skip
    return {f"plan of all {address}": Ask(visitor, address) for visitor, address in addresses}


def _files() -> dict[str, dict[str, float]]:
    """All applications as files: CPU and time of the whole, rows, bytes, and the most memory that Python held for it.

    A worker makes long ones by the same address; here every file is made at once.
    """
    from django.conf import settings
    from django.test import Client

    from dure.records.demand.queries import applications
    from dure.records.parties.queries import person

    settings.DURE_IMMEDIATE_ROWS = 10**9
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


def _costs(asks: dict[str, Ask]) -> dict[str, dict[str, float]]:
    """Each page's cost; passes over all pages rather than one page after the other."""
    first = {name: _first(ask) for name, ask in asks.items()}
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in asks}
    for _ in range(PASSES):
        for name, ask in asks.items():
            taken[name] += _timed(ask)
    found = {}
    for name, each in taken.items():
        cpu, wall, loop = zip(*each, strict=True)
        found[name] = first[name] | {
            "cpu_ms": round(statistics.median(cpu), 1),
            "cpu_least_ms": round(min(cpu), 1),
            "wall_ms": round(statistics.median(wall), 1),
            "loop_ms": round(statistics.median(loop), 1),
            "loops": round(statistics.median(one / other for one, other in zip(cpu, loop, strict=True)), 2),
        }
    return found


def _first(ask: Ask) -> dict[str, float]:
    """Statements and bytes of a request, and what the database took for it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask.before()
    with CaptureQueriesContext(connection) as captured:
        answer = ask.visitor.get(ask.address)
    statements = [float(each["time"]) for each in captured.captured_queries]  # the next request forgets them
    if answer.status_code != 200:
        raise SystemExit(f"{ask.address} answered {answer.status_code}")
    return {"statements": len(statements), "database_ms": round(sum(statements) * 1000), "bytes": len(answer.content)}


def _timed(ask: Ask) -> list[tuple[float, float, float]]:
    """CPU and wall of some requests after one, in ms, with what the loop took next to them."""
    ask.before()
    ask.visitor.get(ask.address)
    found, loop = [], _loop()
    for _ in range(ROUNDS):
        ask.before()
        start, began = time.process_time(), time.perf_counter()
        ask.visitor.get(ask.address)
        found.append(((time.process_time() - start) * 1000, (time.perf_counter() - began) * 1000, loop))
    return found


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
