"""Is a programme's folder refused before anything is done, with file and line, for whatever is wrong with it?"""

import shutil

import pytest

from dure.cycle.commands.registry import COMMANDS
from dure.cycle.deciding import open_book
from dure.cycle.handoffs import BY_NAME
from dure.cycle.playing.checking import KINDS_OF_STEP, NAMES, check_folder, commands
from dure.cycle.playing.values import Unknown, Values, reference_in
from dure.cycle.stages import STAGES
from dure.formats.errors import BadInput
from dure.formats.folder.script import Reference
from dure.formats.folder.stages import DECISIONS_OF, HANDOFF_NAMES, STAGE_KEYS
from dure.formats.folder.vocabulary import LISTS
from dure.rules.folder import Folder
from dure.rules.manifest import DEFAULT

FAULTS = [
    # vocabulary
    ("vocabulary.yaml", "  startup: {", "  start_up: {", "'startup' is not among the sizes", "rules/burden/announced.yaml"),
    (
        "vocabulary.yaml", "  mining: {", "  minting: {",
        "'mining' is not among the purposes", "rules/eligibility/purposes_refused.yaml",
    ),
    ("vocabulary.yaml", "  climate: {", "  klimate: {", "'climate' is not among the uses", "script.yaml:"),
    ("vocabulary.yaml", "{ko: 산업계, en: Industry}", "{ko: 산업계}", "is said in ko", "vocabulary.yaml:3"),
    ("vocabulary.yaml", "role: agency", "role: agent", "'agent' is not among the roles", "vocabulary.yaml:"),
    ("vocabulary.yaml", "sectors:", "sector:", "unknown field `sector`", "vocabulary.yaml:2"),
    ("vocabulary.yaml", "{id: kakao,", "{id: nipa,", "id 'nipa' comes twice", "vocabulary.yaml:"),
    # calendar
    (
        "calendar.yaml", "closes: 2026-01-28 18:00", "closes: 2025-12-21 18:00",
        "user_call closes 2025-12-21 18:00", "calendar.yaml:",
    ),
    (
        "calendar.yaml", "after: csp_chosen", "after: csp_choosen",
        "'csp_choosen' is not among the milestones", "calendar.yaml:",
    ),
    (
        "calendar.yaml", "id: ten_thousand_gpus", "id: ten_gpus",
        "'ten_thousand_gpus' is not among", "milestones_promised.yaml:",
    ),
    (
        "calendar.yaml", "promised: 2025-09-30", "promised: 2025-09-29",
        "is promised for 2025-09-30 here", "milestones_promised.yaml:",
    ),
    ("calendar.yaml", "after: plan_announced", "after: provider_call_closed", "waits for", "calendar.yaml:"),
    ("calendar.yaml", "rest_days: [saturday", "rest_days: [samedi", "Invalid enum value 'samedi'", "calendar.yaml:5"),
    # facts
    ("facts/people.json", '"about"', '"over"', "`about` is missing", "facts/people.json:1"),
    ("facts/people.json", '"status": "synthetic"', '"status": 1', "Expected `str`", "facts/people.json:4"),
    (
        "facts/applications.json", '"servers":1,', '"servers":"one",',
        "Expected `int`, got `str`", "facts/applications.json:4",
    ),
    (
        "facts/applications.json", '"sector":"industry"', '"sector":"trade"',
        "'trade' is not among the sectors", "facts/applications.json:",
    ),
    ("facts/applications.json", '"organisation":"acad-175",', "", "has no 'organisation'", "facts/applications.json:4"),
    ("facts/outcomes.json", '"kind":"product"', '"kind":"thing"', "Invalid enum value 'thing'", "facts/outcomes.json:"),
    # script
    ("script.yaml", "  - do: appropriate", "  - do: appropriat", "is no command", "script.yaml:"),
    ("script.yaml", "decide: portfolio", "decide: selection", "Invalid enum value 'selection'", "script.yaml:"),
    ("script.yaml", "- stage: budget", "- stage: money", "Invalid enum value 'money'", "script.yaml:"),
    ("script.yaml", "- stage: survey", "- stage: budget", "budget does not come here", "script.yaml:"),
    ("script.yaml", "take: [desk]", "take: [chair]", "give_role has no field 'chair'", "script.yaml:"),
    ("script.yaml", "{fact: call/recusals}", "{fact: call/refusals}", "has no 'refusals'", "script.yaml:"),
    ("script.yaml", "{fact: call/recusals}", "{fact: kall/recusals}", "is no file of facts", "script.yaml:"),
    ("script.yaml", "{made: question}", "{made: questions}", "nothing is made under the name 'questions'", "script.yaml:"),
    ("script.yaml", "by: operator", "by: operators", "'operators' is nobody of the script", "script.yaml:"),
    ("script.yaml", "first: nipa-seong", "first: nipa-sung", "'nipa-sung' is nobody of people/people", "script.yaml:3"),
    ("script.yaml", "at: 2025-07-10 10:00", "at: 2025-07-10", "has no time of day", "script.yaml:"),
    ("script.yaml", "at: 2025-07-10 10:00", "at: 10 July", "is no day and time", "script.yaml:"),
    ("script.yaml", "draw: month_of_use", "draw: month", "'month' is no generator", "script.yaml:"),
    (
        "script.yaml", "{do: lock_panel, at: 2025-07-18 09:00, by: agency,", "{at: 2025-07-18 09:00, by: agency,",
        "one thing, and this one none", "",
    ),
    ("script.yaml", "{do: lock_panel, at: 2025-07-18 09:00,", "{do: lock_panel,", "`at` is missing", "script.yaml:"),
    ("script.yaml", "visited_on: 2025-07-15}", "visited_at: 2025-07-15}", "has no field 'visited_at'", "script.yaml:"),
    ("script.yaml", "{panel: csp-2025-1}", "{}", "'panel' is missing", "script.yaml:"),
    ("script.yaml", "begins_at:", "begins_when:", "begins_when", "script.yaml:4"),
    ("script.yaml", "pick: application}", "pick: application, columns: {a: b}}", "several at once", "script.yaml:"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "kr_2025"
    shutil.copytree(DEFAULT, made, ignore=shutil.ignore_patterns("reconstruct*", "__pycache__"))
    return made


def check(folder):
    check_folder(Folder(folder), open_book(folder))


def test_the_packaged_programme_has_no_fault(folder):
    check(folder)


@pytest.mark.parametrize(("file", "before", "after", "says", "where"), FAULTS, ids=lambda value: str(value)[:30])
def test_a_fault_is_refused_with_its_file_and_line(folder, file, before, after, says, where):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        check(folder)
    assert says in str(refused.value)
    assert f"{folder}/{where}" in refused.value.where or (where in refused.value.where and str(folder) in refused.value.where)
    place = refused.value.where.partition(":")[2].partition(",")[0]
    assert place.isdigit()


def test_the_line_is_that_of_the_fault(folder):
    path = folder / "script.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(place for place, line in enumerate(lines) if "do: declare_conflict" in line)
    lines[number] = lines[number].replace("declare_conflict", "declare_conflicts")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        check(folder)
    assert refused.value.where == f"{path}:{number + 1}, do"


def test_a_list_that_the_vocabulary_leaves_out_is_not_looked_at(folder):
    (folder / "vocabulary.yaml").unlink()
    (folder / "script.yaml").unlink()
    check(folder)


def test_formats_know_the_stages_the_decisions_and_the_commands():
    assert tuple(stage.key for stage in STAGES) == STAGE_KEYS
    assert {stage.key: stage.decisions for stage in STAGES} == DECISIONS_OF
    assert set(HANDOFF_NAMES) == set(BY_NAME)
    named = {row.name: row.command for row in COMMANDS if not row.name.startswith("file_")}
    assert {name: commands()[name] for name in named} == named
    assert set(NAMES) <= set(named)
    assert {words for each in NAMES.values() for _, words in each} <= set(LISTS)
    assert len(KINDS_OF_STEP) == 6


class TestValues:
    @pytest.fixture
    def values(self):
        return Values(Folder(DEFAULT))

    def test_a_reference_is_a_map_with_the_one_key_of_references(self):
        assert reference_in({"fact": "a/b"}) == Reference(fact="a/b")
        assert reference_in({"name": "a"}) is None
        assert reference_in({"fact": "a", "row": "b"}) is None
        with pytest.raises(BadInput):
            reference_in({"fact": "a", "if": "b"})

    def test_a_row_is_found_by_its_id_or_by_its_place(self, values):
        by_id = values.resolved({"fact": "calendar/milestones/csp_chosen/actual"})
        assert by_id == values.resolved({"fact": "calendar/milestones/3/actual"}) == "2025-07-28"

    def test_windows_are_instants_of_the_programmes_zone(self, values):
        assert values.resolved({"fact": "calendar/windows/user_call/opens"}) == "2025-12-22T10:00:00+09:00"
        assert values.moment("2025-12-22 10:00") == values.moment("2025-12-22T01:00:00+00:00")

    def test_entries_of_a_map_are_rows_with_their_key(self, values):
        rows = values.rows(Reference(fact="proposals/gpu_models"))
        assert [row["id"] for row in rows] == ["H200", "B200", "GB300"]

    @pytest.mark.parametrize(
        ("where", "left"),
        [
            ({"n": {"is": 2}}, ["b"]),
            ({"n": {"other_than": 2}}, ["a", "c", "d"]),
            ({"n": {"in": [1, 3]}}, ["a", "c"]),
            ({"n": {"at_least": 2}}, ["b", "c"]),
            ({"n": {"below": 2}}, ["a"]),
            ({"n": {"has": False}}, ["d"]),
            ({"n": {"has": True, "below": 3}}, ["a", "b"]),
            ({"id": {"among": {"made": "chosen", "pick": "it"}}}, ["c"]),
            ({"in/side": {"is": True}}, ["a"]),
        ],
    )
    def test_conditions_are_closed_and_all_must_hold(self, values, where, left):
        rows = [{"id": "a", "n": 1, "in": {"side": True}}, {"id": "b", "n": 2}, {"id": "c", "n": 3}, {"id": "d", "n": None}]
        values.made = {"rows": rows, "chosen": [{"it": "c"}]}
        assert values.resolved({"made": "rows", "where": where, "pick": "id"}) == left

    def test_columns_rename_fields_and_else_stands_in(self, values):
        values.made = {"rows": [{"id": "a", "n": 1}]}
        assert values.resolved({"made": "rows", "columns": {"name": "id", "count": "n"}}) == [{"name": "a", "count": 1}]
        assert values.resolved({"row": "x", "else": ""}, {"y": 1}) == ""
        with pytest.raises(Unknown):
            values.resolved({"row": "x"}, {"y": 1})

    def test_what_was_resolved_is_not_resolved_again(self, values):
        values.made = {"text": {"fact": "no/such"}}
        assert values.resolved({"a": {"made": "text"}}) == {"a": {"fact": "no/such"}}
