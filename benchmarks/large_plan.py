"""A filed plan of so many applications for the measuring of pages: one round of 5,000 solved, and copied side by side.

What a page of it costs depends on its size and shape, not on how near the bound it is; so it is searched for half a minute only.
"""

import resource
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from allocation_rounds import make_round, rules
from django.db import connection, transaction

from dure.decisions.allocation.model.problem import pose
from dure.decisions.allocation.plan.search import Effort
from dure.decisions.allocation.round.methods import solve
from dure.decisions.allocation.round.report import report
from dure.formats.canonical import plain
from dure.records.journal.actions import store

BASE = 5_000
ORGANISATIONS = 5  # applications of one organisation, which in benchmarks/seeding.py differ in size
PLAN, ROUND = 1, "round-1"  # the entry that holds the plan of all applications, and its round
Plain = dict[str, Any]


@cache
def _base() -> tuple[Plain, Plain, Plain]:
    facts, in_force = make_round(applications=BASE), rules()
    problem = pose(facts, in_force)
    solved = solve(problem, Effort(price_steps=20, moves=0, windows=0, compiled=True))
    return plain(facts), plain(in_force), plain(report(problem, solved, solved.plans["best_value"]))


def plan(applications: int) -> tuple[Plain, Plain, Plain]:
    """Facts, rules and recommendation of so many applications, a multiple of 5,000; pools, servers and grants grow with them."""
    facts, in_force, made = _base()
    copies = [_Copy(number) for number in range(applications // BASE)]
    whole = {
        **facts,
        "pools": [copy.pool(each) for copy in copies for each in facts["pools"]],
        "applications": [copy.application(each) for copy in copies for each in facts["applications"]],
    }
    prices = {copy.place(key): value for copy in copies for key, value in made["certificate"]["prices"].items()}
    recommendation = {
        **made,
        "grants": [copy.grant(each) for copy in copies for each in made["grants"]],
        "reasons": [{**each, "item": copy.key(each["item"])} for copy in copies for each in made["reasons"]],
        "objective": made["objective"] * len(copies),
        "bound": made["bound"] * len(copies),
        "sector_use": {key: value * len(copies) for key, value in made["sector_use"].items()},
        "certificate": {**made["certificate"], "prices": prices},
    }
    return whole, in_force, recommendation


class _Copy:
    """The names of one copy; applications and organisations are called as benchmarks/seeding.py calls them."""

    def __init__(self, number: int) -> None:
        self._number = number

    def key(self, application: str) -> str:
        return f"app-{self._number * BASE + int(application[1:]):06d}"

    def place(self, pool: str) -> str:
        return f"c{self._number:02d}-{pool}"

    def pool(self, pool: Plain) -> Plain:
        return {**pool, "id": self.place(pool["id"])}

    def application(self, told: Plain) -> Plain:
        key = self.key(told["id"])
        return {**told, "id": key, "organisation": f"org-{int(key[4:]) // ORGANISATIONS:06d}"}

    def grant(self, grant: Plain) -> Plain:
        servers = [self.place(each) for each in grant["servers"]]
        return {**grant, "application": self.key(grant["application"]), "pool": self.place(grant["pool"]), "servers": servers}


def file_plan(applications: int, seq: int, told: Callable[[str], None]) -> None:
    """Put the plan in the place of that entry's empty documents; triggers are off meanwhile, as in benchmarks/seeding.py."""
    documents = [store(each) for each in plan(applications)]
    told(f"documents of {sum(each.size for each in documents) / 1e6:.1f} MB")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE journal_entry SET facts_id = %s, rules_id = %s, recommendation_id = %s, method = 'best_value' WHERE seq = %s",
            [*(each.digest for each in documents), seq],
        )


def explained(applications: int) -> dict[str, float]:
    """What it costs to explain a plan of all applications once, in two languages: after its filing, by the one who filed."""
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


def plan_pages() -> list[tuple[Any, str]]:
    """Who asks for which pages: everybody, the office, and for the round's tables a search and an order."""
    from django.test import Client

    from dure.records.parties.queries import person

    agency = Client()
    agency.force_login(person("agency"))
    of_round = f"/agency/rounds/{ROUND}/plans/{PLAN}/"

    def of_table(key: str) -> Client:
        """As the script asks when a person searches or sorts that table: it takes nothing else out of the answer."""
        client = Client(headers={"HX-Request": "true", "HX-Target": f"table-{key}"})
        client.force_login(person("agency"))
        return client

    applications = of_table("applications")
    return [
        (Client(), f"/decisions/{PLAN}/"), (agency, f"/agency/decisions/{PLAN}/"), (agency, f"/agency/rounds/{ROUND}/"),
        (applications, f"{of_round}?applications-q=app-0042"), (applications, f"{of_round}?applications-sort=-granted"),
        (applications, f"{of_round}?applications-only=True&applications-page=40"),
        (of_table("grants"), f"{of_round}?grants-sort=-value"),
        (agency, f"{of_round}servers/"), (agency, f"{of_round}waiting/"), (agency, f"{of_round}applications/app-004242/"),
        (of_table("reasons"), f"/agency/decisions/{PLAN}/?reasons-q=app-0042"),
    ]  # fmt: skip
