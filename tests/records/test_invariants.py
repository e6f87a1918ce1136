"""Each invariant holds in a programme that people have filled, and a breach of each is found and named.

Breaches are planted past every guard: triggers off, the constraint in the way dropped, in a transaction that is rolled back.
"""

import re
from pathlib import Path

import pytest
from django.db import connection, transaction

from dure.records.invariants.listed import INVARIANTS
from dure.records.invariants.queries import breaches
from dure.records.invariants.trust import PERIODS

PLANTED = [
    (number, statement.strip())
    for number, statement in re.findall(
        r"^-- (I-\d\d)\n(.*?);$", (Path(__file__).parent / "breaches.sql").read_text(), re.MULTILINE | re.DOTALL
    )
]
CONSTRAINTS = """
SELECT conname FROM pg_constraint c WHERE conrelid = %s::regclass AND contype IN ('c', 'x', 'u') AND NOT EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.refobjid = c.conindid AND d.deptype = 'n' AND d.classid = 'pg_constraint'::regclass)
"""

RANGES = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND t.typtype IN ('r', 'm')
"""


def test_all_hold_in_a_programme_that_people_filled(shared_world):  # noqa: ARG001 - its database is looked at
    assert [str(each) for each in breaches()] == []


@pytest.mark.parametrize(("number", "statement"), PLANTED)
def test_a_planted_breach_is_found(number, statement, shared_world):  # noqa: ARG001 - its database is broken, and mended
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        if "dure_app_planted" in statement:
            cursor.execute("CREATE ROLE dure_app_planted")
        for table in set(re.findall(r"\b[a-z]+_[a-z]+\b", statement)) & set(connection.introspection.table_names()):
            cursor.execute(CONSTRAINTS, [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(statement)
        found = {each.invariant.id: each for each in breaches()}
        transaction.set_rollback(True)
    assert number in found, found
    assert all(found[number].places)


def test_every_invariant_that_a_query_can_tell_has_a_planted_breach():
    assert {number for number, _statement in PLANTED} == {each.id for each in INVARIANTS if each.breaches}


def test_every_column_that_is_a_period_is_looked_at(shared_world):  # noqa: ARG001 - its tables are looked at
    with connection.cursor() as cursor:
        cursor.execute(RANGES)
        assert sorted(cursor.fetchall()) == [(table, "during") for table in sorted(PERIODS)]


def test_each_of_the_53_says_how_it_is_known_or_what_it_lacks():
    assert [each.id for each in INVARIANTS] == [f"I-{number:02}" for number in range(1, 54)]
    for each in INVARIANTS:
        assert bool(each.breaches or each.told_by) != bool(each.lacks), each.id
        assert each.says.endswith(".")
        assert not each.leaves_out or (each.leaves_out.endswith(".") and not each.lacks), each.id
        for path in re.findall(r"tests/[\w/]+\.py", each.told_by):
            assert (Path(__file__).parents[2] / path).is_file(), path
