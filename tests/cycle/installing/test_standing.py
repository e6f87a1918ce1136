"""Each way in which a database is not one that this code can work on is told apart, in a sentence that says what to do."""

import datetime as dt
import subprocess
import sys

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cycle.installing.engineer import Engineer
from dure.cycle.installing import adopting, making
from dure.cycle.installing.standing import require_ready, standing, unapplied
from dure.formats.errors import BadInput
from dure.records.installation import actions
from dure.records.installation.models import Installation, Kind
from dure.records.parties.actions import add_person

pytestmark = pytest.mark.django_db
PROGRAMME = "kr_2025"


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def installed():
    made = actions.begin(kind=Kind.PROGRAMME, programme=PROGRAMME, code_version="dure test")
    adopting.adopt_first()
    actions.finish()
    return made


def test_what_is_whole_and_of_this_programme_is_ready(installed):
    found = standing()
    assert (found.state, found.installation) == ("ready", installed)
    assert unapplied() == []


def test_what_nobody_has_bound_to_a_programme_was_cut_off():
    found = standing()
    assert (found.state, found.installation) == ("unfinished", None)
    assert "dure init" in found.todo


@pytest.mark.parametrize(("kind", "todo"), [(Kind.PROGRAMME, "dure init"), (Kind.DEMO, "dure demo --again")])
def test_what_was_begun_and_not_finished_goes_on_by_its_own_command(kind, todo):
    actions.begin(kind=kind, programme=PROGRAMME, code_version="dure test")
    found = standing()
    assert found.state == "unfinished"
    assert todo in found.todo


@pytest.mark.usefixtures("installed")
def test_a_database_of_a_newer_dure_is_refused_by_name():
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('parties', '0999_of_tomorrow', now())")
    found = standing()
    assert found.state == "newer"
    assert "parties.0999_of_tomorrow" in found.says


@pytest.mark.usefixtures("installed")
def test_changes_of_other_libraries_make_no_database_newer():
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('admin', '0999_of_tomorrow', now())")
    assert standing().state == "ready"


@pytest.mark.parametrize("settings", ["local", "production"])
def test_which_tables_there_are_does_not_depend_on_how_the_database_is_opened(settings, tmp_path):
    """Else a database would be an older one's to whoever opens it without DURE_HOSTS, and `dure migrate` would alter it."""
    code = (
        "import django; django.setup(); from django.db.migrations.loader import MigrationLoader; "
        "print(*sorted('.'.join(each) for each in MigrationLoader(None).disk_migrations), sep=chr(10))"
    )
    around = {"DURE_HOME": str(tmp_path), "DATABASE_URL": "postgresql://nobody@nowhere/none", "DURE_SECRET_KEY": "x" * 60,
              "DURE_HOSTS": "gpu.example.kr", "DJANGO_SETTINGS_MODULE": f"dure.portal.settings.{settings}"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=Engineer(tmp_path).surroundings(**around), capture_output=True, text=True, check=True
    )
    there = {each for each in MigrationLoader(None).disk_migrations if each[0] != "admin"}
    assert done.stdout.splitlines() == sorted(".".join(each) for each in there)


@pytest.mark.usefixtures("installed")
def test_what_only_the_tests_have_is_missed_in_no_database():
    run("DELETE FROM django_migrations WHERE app = 'admin'")
    assert standing().state == "ready"


@pytest.mark.parametrize("bound", [True, False])
def test_a_database_of_an_older_dure_is_to_be_migrated_after_a_backup(bound):
    add_person(username="chunhyang", name={"ko": "성춘향"})
    if bound:
        actions.begin(kind=Kind.PROGRAMME, programme=PROGRAMME, code_version="dure test")
        actions.finish()
    run("DELETE FROM django_migrations WHERE app = 'explanations'")
    found = standing()
    assert found.state == "older"
    assert "explanations.0001" in found.says
    assert found.todo.index("dure backup") < found.todo.index("dure migrate")


@pytest.mark.parametrize("made", ["the journal", "no journal"])
def test_what_was_cut_off_between_two_changes_of_its_tables_goes_on(made):
    if made == "no journal":
        run("DROP TABLE journal_entry, installation_installation CASCADE")
    run("DELETE FROM django_migrations WHERE app IN ('explanations', 'installation')")
    found = standing()
    assert (found.state, found.installation) == ("unfinished", None)
    assert "Run `dure init` again" in found.todo


@pytest.mark.usefixtures("installed")
def test_another_programme_is_named():
    Installation.objects.update(programme="elsewhere-2030")
    found = standing()
    assert found.state == "other_programme"
    assert "elsewhere-2030" in found.says
    assert PROGRAMME in found.says


def test_tables_of_another_program_are_left_alone():
    run("DELETE FROM django_migrations")
    found = standing()
    assert found.state == "foreign"
    with pytest.raises(BadInput, match="a database of its own"):
        making.open_demo(again=True)


@pytest.mark.parametrize("relation", ["TABLE ledger.bills (id int)", "VIEW ledger.bills AS SELECT 1 AS id"])
def test_tables_in_another_schema_are_another_programs_too(relation):
    run("DROP SCHEMA public CASCADE")
    run("CREATE SCHEMA public")
    assert standing().state == "empty"
    run("CREATE SCHEMA ledger")
    run(f"CREATE {relation}")
    found = standing()
    assert found.state == "foreign"
    assert "ledger.bills" in found.says


def test_what_was_cut_off_before_its_first_table_is_empty():
    run("DROP SCHEMA public CASCADE")
    run("CREATE SCHEMA public")
    MigrationRecorder(connection).ensure_schema()
    assert standing().state == "empty"


def test_serving_is_refused_with_the_sentence(installed, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction
    assert require_ready() == installed
    Installation.objects.update(finished_at=None)
    with pytest.raises(BadInput, match="was begun and cut off"):
        require_ready()


@pytest.mark.usefixtures("installed")
def test_a_demo_is_kept_unless_it_is_asked_for_again_and_nothing_else_is_ever_emptied():
    for again in (False, True):
        with pytest.raises(BadInput, match="holds an installation, and the demo needs a database of its own"):
            making.open_demo(again=again)
    Installation.objects.update(kind=Kind.DEMO)
    assert making.open_demo(again=False) is False
    assert Installation.objects.count() == 1


@pytest.mark.usefixtures("installed")
def test_emptying_looks_once_more():
    with pytest.raises(BadInput, match="is not a demo's"):
        making._empty()
    assert Installation.objects.count() == 1


@pytest.mark.usefixtures("installed")
def test_a_database_is_bound_once():
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.begin(kind=Kind.DEMO, programme=PROGRAMME, code_version="dure test")
    with pytest.raises(IntegrityError, match="installation_ends_after_it_began"), transaction.atomic():
        Installation.objects.update(finished_at=timezone.now() - dt.timedelta(days=1))
