"""Does the data of the benchmarks still fit the tables? Its statements name columns, which a migration may add to."""

import importlib.util
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

HOME = Path(__file__).parent.parent.parent / "benchmarks" / "seeding.py"
SIZES = {"applications": 40, "servers": 60, "programme": "any", "organisations": 10, "entries": 10}


@pytest.mark.django_db(transaction=True)
def test_every_statement_fits_the_tables(monkeypatch):
    spec = importlib.util.spec_from_file_location("seeding_of_benchmarks", HOME)
    monkeypatch.setitem(sys.modules, spec.name, seeding := importlib.util.module_from_spec(spec))
    spec.loader.exec_module(seeding)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        for _what, statements in seeding.STEPS:
            for each in statements.split(";\n"):
                cursor.execute(each, SIZES)
        cursor.execute("SELECT count(*) FROM demand_application")
        assert cursor.fetchone() == (SIZES["applications"],)
        transaction.set_rollback(True)
