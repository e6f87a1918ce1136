"""What does each page cost, with 5,000 and with 100,000 applications? Statements and CPU of one request, in this process.

    DATABASE_URL=... python benchmarks/pages.py [--once] [APPLICATIONS[:SEED] ...]

Makes a database of its own for each size on that server, fills it (benchmarks/seeding.py), asks for the first page, for every
list as each desk (first page, next page, sorted, the last page in that order, filtered, searched), for lists of the API, for one
page of each kind of subject and for whole lists as files, prints the table and keeps benchmarks/results/pages.json. It asks as
the portal's own log-in, for which the database decides row by row what the reader may see. CPU is this process's alone, the
median of three requests in each of five passes over all pages, so that a busy minute of the machine falls on all of them alike,
or in one pass (`--once`); the database's own time is in `wall`, which other work on the machine lengthens.
One plan of all applications is filed
(benchmarks/large_plan.py): what its explanation costs once, and what each page of it costs from then on.
"""

import html
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
from urllib.parse import parse_qs, urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.test")

import django
from addresses import LISTS, NOUNS, PUBLIC, SUBJECTS
from bench_databases import as_the_portal, own_database
from django.core.signing import Signer
from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "pages.json"
SERVERS = 40_000
PASSES, ROUNDS = 5, 3
MOST_STATEMENTS, MOST_CPU_MS = 15, 25.0
LOOP_MS = 10.0  # what the loop takes on the machine that the budget means


def main() -> None:
    """Measure each size, print the curve, and keep it."""
    wanted = [each for each in sys.argv[1:] if each != "--once"] or ["5000", "100000"]
    passes = 1 if "--once" in sys.argv else PASSES
    django.setup()
    curve = {each.replace(":", " seed "): _measured(passes, *map(int, each.split(":"))) for each in wanted}
    kept = json.loads(RESULT.read_text()).get("sizes", {}) if RESULT.exists() else {}
    result = {
        "what": f"one request of each page, {SERVERS} servers: SQL statements; CPU of the web process in ms, median "
        f"of {ROUNDS} requests in each of its `passes` over all pages; wall in ms with the database on the same machine",
        "budget": {"statements": MOST_STATEMENTS, "reference_ms": MOST_CPU_MS},
        "loop": "CPU ms of a fixed loop in Python at the time, median of all pages: it tells how busy the machine was, for other "
        "work on the same processor lengthens CPU time too; cpu_least_ms is the least of the rounds, and loops is the median of "
        "what a page took over what the loop took next to it. The budget is held against reference_ms: that ratio on a machine "
        f"that turns the loop in {LOOP_MS:g} ms",
        "sizes": {**kept, **curve},
        "machine": description(),
    }
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


def _measured(passes: int, applications: int, seed_number: int = 1) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection
    from large_plan import explained, plan_pages
    from seeding import seed

    from dure.cycle.programme import book

    own_database(f"dure_pages_{applications}" + (f"_{seed_number}" if seed_number > 1 else ""))
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM demand_application)")
        filled = cursor.fetchone()[0]
    if not filled:
        print(f"{applications} applications, {SERVERS} servers:")
        seed(applications=applications, servers=SERVERS, programme=book().programme, number=seed_number)
    explaining = explained(applications)
    as_the_portal()
    of_plan = {f"plan of all {address}": Ask(visitor, address) for visitor, address in plan_pages()}
    asks = {**_home(), **_pages(), **_api(), **_details(), **of_plan}
    costs = _costs(asks, passes)
    home, pages = ({name: costs[name] for name in asks if name.startswith("/ ") == first} for first in (True, False))
    _print(applications, {**home, **pages})
    files = _files()
    for name, each in files.items():
        size = f"{each['bytes']:,} bytes, at most {each['peak_mb']} MB of Python's memory"
        print(f"{name:<55}{each['rows']:>10}{each['cpu_ms']:>9}{each['wall_ms']:>9}  {size}")
    cpu, least, reference = ([each[key] for each in pages.values()] for key in ("cpu_ms", "cpu_least_ms", "reference_ms"))
    return {
        "loop_ms": statistics.median(each["loop_ms"] for each in pages.values()),
        "passes": passes,
        "pages": len(pages),
        "cpu_ms": {"median": statistics.median(cpu), "worst": max(cpu)},
        "reference_ms": {"median": statistics.median(reference), "worst": max(reference)},
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
            name for name, each in pages.items() if each["reference_ms"] > MOST_CPU_MS or each["statements"] > MOST_STATEMENTS
        ),
        "home": home,
        "explaining": explaining,
        "files": files,
        "by_page": pages,
    }


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
    for desk, address, key, sort, narrowed, words in LISTS:
        if desk not in clients:
            clients[desk] = Client()
            clients[desk].force_login(person(desk))
        visitor = clients[desk]
        asked = {"": "", "next page": _after(visitor.get(address), key), narrowed: f"?{key}-{narrowed}"}
        if sort:
            asked |= {f"sort {sort}": f"?{key}-sort={sort}", f"sort {sort}, last page": _last(visitor, address, key, sort)}
        asked |= {f"search {word}": f"?{key}-q={word}" for word in words}
        for what, query in asked.items():
            if query or not what:
                pages[f"{address} {what}".strip()] = Ask(visitor, address + query)
    return pages


def _after(answer: Any, key: str) -> str:
    """The query of the list's next page, empty where there is none."""
    found = re.search(rf'href="(\?[^"]*{key}-after=[^"]+)"', answer.content.decode())
    return html.unescape(found.group(1)) if found else ""


def _last(visitor: Any, address: str, key: str, sort: str) -> str:
    """The query of the last page in that order: after the row where the first page in the contrary order ends."""
    contrary = sort[1:] if sort[0] == "-" else f"-{sort}"
    cursor = parse_qs(_after(visitor.get(f"{address}?{key}-sort={contrary}"), key)[1:]).get(f"{key}-after")
    if cursor is None:
        return ""
    row = Signer(salt=f"list {key} {contrary}").unsign_object(cursor[0])
    return "?" + urlencode({f"{key}-sort": sort, f"{key}-after": Signer(salt=f"list {key} {sort}").sign_object(row)})


def _api() -> dict[str, Ask]:
    """Lists of the API to a program of the agency: the first page, and the next."""
    from django.test import Client

    from dure.records.parties.queries import person

    program, found = Client(), {}
    program.force_login(person("agency"))
    for noun in NOUNS:
        address = f"/api/v1/{noun}"
        found[address] = Ask(program, address)
        if following := program.get(address).json().get("next"):
            found[f"{address} next page"] = Ask(program, following)
    return found


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

    from dure.records.journal.readers import read_as
    from dure.records.parties.queries import person

    agency = Client()
    found: dict[str, Ask] = {}
    agency.force_login(person("agency"))
    read_as(person("agency"))
    with connection.cursor() as cursor:
        for kind, statement in SUBJECTS.items():
            cursor.execute(statement)
            address = f"/objects/{kind}/{cursor.fetchone()[0]}/"
            found[f"/objects/{kind}/"] = Ask(agency, address)
            if kind == "application":
                found["/agency/applications/…/"] = Ask(agency, f"/agency/applications/{address.split('/')[3]}/")
    for address in ("/acts/", "/acts/filing/", "/agency/", "/agency/calls/"):
        found.setdefault(address, Ask(agency, address))
    return found | {address: Ask(Client(), address) for address in PUBLIC} | _own()


def _own() -> dict[str, Ask]:
    """What an applicant sees of one application and one grant of their own."""
    from django.test import Client

    from dure.records.allocation.access import visible_grants
    from dure.records.parties.queries import person

    me, own = person("applicant"), Client()
    own.force_login(me)
    held = visible_grants(me).order_by("pk").first()
    if held is None:
        return {}
    return {
        "/applicant/applications/…/": Ask(own, f"/applicant/applications/{held.application_id}/"),
        "/objects/grant/ of its holder": Ask(own, f"/objects/grant/{held.pk}/"),
    }


def _files() -> dict[str, dict[str, float]]:
    """All applications as files: CPU and time of the whole, rows, bytes, and the most memory that Python held for it.

    A worker makes long ones by the same address; here every file is made at once.
    """
    from django.conf import settings
    from django.test import Client

    from dure.records.demand.queries import applications
    from dure.records.journal.readers import read_as
    from dure.records.parties.queries import person

    settings.DURE_IMMEDIATE_ROWS = 10**9
    agency, found = Client(), {}
    agency.force_login(person("agency"))
    read_as(person("agency"))
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


def _costs(asks: dict[str, Ask], passes: int) -> dict[str, dict[str, float]]:
    """Each page's cost; passes over all pages rather than one page after the other."""
    first = {name: _first(ask) for name, ask in asks.items()}
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in asks}
    for _ in range(passes):
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
            "loops": round(loops := statistics.median(one / other for one, other in zip(cpu, loop, strict=True)), 2),
            "reference_ms": round(LOOP_MS * loops, 1),
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
    print(f"\n{applications} applications{'':38} statements  CPU ms  reference  wall ms  database ms")
    for name, each in pages.items():
        mark = " *" if each["reference_ms"] > MOST_CPU_MS or each["statements"] > MOST_STATEMENTS else ""
        print(
            f"{name:<55}{each['statements']:>10}{each['cpu_ms']:>9}{each['reference_ms']:>11}{each['wall_ms']:>9}{each['database_ms']:>9}{mark}"
        )


if __name__ == "__main__":
    main()
