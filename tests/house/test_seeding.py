"""Does the data of the benchmarks still fit the tables? Its statements name columns, which a migration may add to."""

import importlib.util
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

HOME = Path(__file__).parent.parent.parent / "benchmarks" / "seeding.py"
APPLICATIONS = 400


@pytest.mark.django_db(transaction=True)
def test_every_statement_fits_the_tables(monkeypatch):
    spec = importlib.util.spec_from_file_location("seeding_of_benchmarks", HOME)
    monkeypatch.setitem(sys.modules, spec.name, seeding := importlib.util.module_from_spec(spec))
    spec.loader.exec_module(seeding)
    told = seeding.sizes(applications=APPLICATIONS, servers=800, programme="any")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        for _what, statements in seeding.STEPS:
            for each in statements.split(";\n"):
                cursor.execute(each, told)
        for table, least in (("demand_application", APPLICATIONS), ("allocation_lease", 100), ("operation_appeal", 1)):
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - names of our own
            assert cursor.fetchone()[0] >= least, table
        transaction.set_rollback(True)
