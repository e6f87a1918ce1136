"""A row of a table may name the version of its subject that was seen; where that has changed since, nothing is carried out."""

import datetime as dt
import json

import pytest

import factories as make
from dure.cycle.commands.importing import import_rows
from dure.cycle.commands.registry import COMMANDS, row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import run
from dure.cycle.programme import book
from dure.formats.sheets import read_sheet
from dure.records.demand.models import SurveyResponse
from dure.records.journal import queries
from dure.records.journal.models import Act
from dure.records.parties.models import Role
from world import NOW, answer

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HEAD = "person,desk,seen"


def test_no_command_has_a_field_that_the_column_would_hide():
    assert not [row.name for row in COMMANDS if "seen" in row.command.__struct_encode_fields__]


@pytest.mark.django_db
class TestRoles:
    @pytest.fixture(autouse=True)
    def _people(self):
        self.agency, self.other, self.third = make.person("agency"), make.person(), make.person()
        self.context = Context(book(), self.agency, AT, "import", confirmed_at=AT)

    def given(self, desk):
        """The version of the other person after being seated there."""
        row = row_of("give_role")
        return run(row, row.command(person=self.other.uid, desk=desk), self.context).act

    def carry_out(self, *rows, form="csv", apply=True, **more):
        sheet = read_sheet("\n".join(rows).encode(), form, where="file")
        return import_rows(row_of("give_role"), sheet, self.context, apply=apply, **more)

    def test_what_has_changed_since_is_refused_and_nothing_is_written(self):
        version = self.given("auditor")
        self.given("ministry")
        before = Act.objects.count()
        for apply in (False, True):
            report = self.carry_out(HEAD, f"{self.third.uid},auditor,", f"{self.other.uid},operator,{version}", apply=apply)
            assert [(each.line, each.column, each.code) for each in report.faults] == [(3, "seen", "stale")]
            assert not report.applied
        assert Act.objects.count() == before
        assert not Role.objects.filter(person=self.third).exists()

    def test_what_is_as_it_was_is_acted_on_in_each_form(self):
        version = self.given("auditor")
        assert self.carry_out(HEAD, f"{self.other.uid},ministry,{version}", f"{self.third.uid},auditor,0").applied
        now = queries.version(f"person/{self.other.uid}")
        row = {"person": self.other.uid, "desk": "operator", "seen": version}
        assert [each.code for each in self.carry_out(json.dumps(row), form="jsonl").faults] == ["stale"]
        assert self.carry_out(json.dumps({**row, "seen": now}), form="jsonl").applied

    def test_a_repetition_under_the_same_key_is_harmless(self):
        table = (HEAD, f"{self.other.uid},ministry,{self.given('auditor')}")
        assert [self.carry_out(*table, key="monday").applied for _ in range(2)] == [True, True]

    @pytest.mark.parametrize("cell", ["x", "-1", "1.5", "9" * 19, "²"])
    def test_what_is_no_version_is_a_fault_of_its_cell(self, cell):
        report = self.carry_out(HEAD, f"{self.other.uid},auditor,{cell}")
        assert [(each.line, each.column, each.code) for each in report.faults] == [(2, "seen", "invalid")]

    def test_a_version_that_never_was_is_refused(self):
        report = self.carry_out(HEAD, f"{self.other.uid},auditor,{10**9}")
        assert [(each.column, each.code) for each in report.faults] == [("seen", "no_version")]


def test_the_rows_of_one_act_name_one_version(world):
    head = ["survey", "seen", *(f"responses.{key}" for key in answer("x", 1, "industry"))]

    def bring(*versions):
        rows = [["" if n else "survey-1", each, *answer(f"x-{n}", 1, "industry").values()] for n, each in enumerate(versions)]
        table = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in [head, *rows])
        sheet = read_sheet(table.encode(), "csv", where="file")
        return import_rows(row_of("record_survey_responses"), sheet, world.context("agency-1", NOW), apply=True)

    before, now = SurveyResponse.objects.count(), queries.version("survey/survey-1")
    assert [(each.line, each.column) for each in bring(now, "", now + 1).faults] == [(4, "seen")]
    assert [(each.line, each.code) for each in bring(now + 10**6, "", "").faults] == [(2, "no_version")]
    assert SurveyResponse.objects.count() == before
    report = bring(now, "", now)
    assert (report.applied, len(report.made)) == (True, 1)
