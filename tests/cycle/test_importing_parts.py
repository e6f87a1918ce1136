"""A survey's answers and days of use come in as spreadsheets hold them: one row each."""

import csv
import io

from dure.cycle.commands.importing import import_rows
from dure.cycle.commands.registry import row_of
from dure.formats.errors import BadInput
from dure.formats.sheets import read_sheet
from dure.records.demand.models import SurveyResponse
from dure.records.operation.models import DailyUse
from world import NOW, answer, grant

ANSWERS = 1_240


def sheet_of(rows):
    """A CSV of these rows, as a spreadsheet writes it."""
    out = io.StringIO()
    table = csv.DictWriter(out, fieldnames=list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return read_sheet(out.getvalue().encode(), "csv", where="file")


def bring(world, command, rows, *, by, apply=True):
    return import_rows(row_of(command), sheet_of(rows), world.context(by, NOW), apply=apply)


def answers(many):
    """The first row names the survey, the others give answers alone."""
    rows = [{f"responses.{key}": value for key, value in answer(f"x-{n}", 1, "industry").items()} for n in range(many)]
    return [{"survey": "" if n else "survey-1", **each} for n, each in enumerate(rows)]


def test_a_survey_of_real_size_comes_in_by_one_command(world):
    before = SurveyResponse.objects.count()
    made = bring(world, "record_survey_responses", answers(ANSWERS), by="agency-1")
    assert (made.applied, made.faults, len(made.made)) == (True, [], 1)
    assert SurveyResponse.objects.count() == before + ANSWERS


def test_a_wrong_answer_is_told_by_its_row_and_nothing_comes_in(world):
    rows = answers(ANSWERS)
    rows[700]["responses.servers"] = "many"
    before = SurveyResponse.objects.count()
    made = bring(world, "record_survey_responses", rows, by="agency-1")
    assert [(each.line, each.column) for each in made.faults] == [(702, "responses.servers")]
    assert SurveyResponse.objects.count() == before


def test_days_of_use_are_rows(world):
    days = [{"days.grant": grant("a-lab"), "days.day": f"2026-06-0{n}", "days.utilisation": "0.5"} for n in range(1, 8)]
    before = DailyUse.objects.count()
    assert bring(world, "record_daily_use", days, by="operator-1").applied
    assert DailyUse.objects.count() == before + len(days)


def test_a_wrong_day_of_use_is_told_by_its_row(world):
    days = [{"days.grant": grant("a-lab"), "days.day": f"2026-06-0{n}", "days.utilisation": "0.5"} for n in range(1, 8)]
    days = [{**each, "days.busy_servers": "1"} for each in days]
    for key, value, code in (
        ("days.busy_servers", "99", "too_many_servers"), ("days.grant", "nope/x", "unknown_id"),
        ("days.day", "2030-09-20", "not_yet"),
    ):  # fmt: skip
        wrong = [*days[:5], {**days[5], key: value}, days[6]]
        (fault,) = bring(world, "record_daily_use", wrong, by="operator-1").faults
        assert (fault.line, fault.column, fault.code) == (7, key, code)


def test_every_wrong_answer_is_told_by_its_row(world):
    """What cannot be read and what the command refuses, one reason for each row, as where each row is a command."""
    rows = answers(20)
    for number, key, value in ((3, "servers", "many"), (5, "weeks", ""), (8, "start_on", "2026-02-31"), (12, "servers", "few")):
        rows[number][f"responses.{key}"] = value
    rows[12]["responses.weeks"] = "none"
    found = bring(world, "record_survey_responses", rows, by="agency-1")
    told = [(each.line, each.column.removeprefix("responses.")) for each in found.faults]
    assert told == [(5, "servers"), (7, "weeks"), (10, "start_on"), (14, "servers")]
    assert (found.applied, found.made) == (False, [])


def test_every_wrong_day_of_use_is_told_by_its_row(world):
    days = [{"days.grant": grant("a-lab"), "days.day": f"2026-06-0{n}", "days.utilisation": "0.5"} for n in range(1, 8)]
    days = [{**each, "days.busy_servers": "1"} for each in days]
    days[1]["days.utilisation"] = "much"
    days[3]["days.grant"] = "nope/x"
    days[5]["days.busy_servers"] = "99"
    before = DailyUse.objects.count()
    found = bring(world, "record_daily_use", days, by="operator-1", apply=False)
    told = [(each.line, each.column, each.code) for each in found.faults]
    assert told == [
        (3, "days.utilisation", "invalid"), (5, "days.grant", "unknown_id"), (7, "days.busy_servers", "too_many_servers"),
    ]  # fmt: skip
    assert (found.made, DailyUse.objects.count()) == ([], before)


def test_what_follows_a_row_with_too_many_cells_is_still_its_command(world):
    rows = answers(6)
    table = sheet_of(rows)
    lines = list(table.lines)
    lines[2] = lines[2]._replace(fault=BadInput("the row has more cells than there are columns.", code="bad_row"))
    found = import_rows(
        row_of("record_survey_responses"), table._replace(lines=tuple(lines)), world.context("agency-1", NOW), apply=False
    )
    assert [(each.line, each.code) for each in found.faults] == [(4, "bad_row")]
