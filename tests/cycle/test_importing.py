"""Tables of commands: read within limits, previewed row by row, carried out together or not at all."""

import datetime as dt
import io
import json
import zipfile
from typing import Annotated

import openpyxl
import pytest
import xlsxwriter
from django.db import transaction
from msgspec import Meta

import factories as make
from dure.cycle.cli.import_ import _print
from dure.cycle.commands import importing
from dure.cycle.commands.examples import BLANK, common, with_example
from dure.cycle.commands.gathering import read_groups
from dure.cycle.commands.grouping import grouped, place_of
from dure.cycle.commands.importing import Stop, import_rows
from dure.cycle.commands.registry import COMMANDS, row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import run
from dure.cycle.commands.spreading import columns, gathered, parts, require_columns
from dure.cycle.programme import book
from dure.formats import sheets
from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput, Refused
from dure.formats.kinds import Date, Instant, Part, Share
from dure.formats.reading import as_struct, workbooks
from dure.formats.sheets import form_of, guard, read_sheet, write_sheet
from dure.records.journal.models import Act
from dure.records.parties.models import Organisation, Role

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


class Inner(Part, frozen=True, kw_only=True):
    """A nested part."""

    from_on: Annotated[Date, Meta(description="first day")]
    weeks: Annotated[int, Meta(ge=1, description="weeks")] = 4


class Wide(Command, frozen=True, kw_only=True):
    """Every kind of field."""

    id: Annotated[str, Meta(description="id")]
    period: Annotated[Inner, Meta(description="when")]
    models: Annotated[dict[str, Share], Meta(description="values by model")] = {}
    names: Annotated[tuple[str, ...], Meta(description="names")] = ()
    parts: Annotated[tuple[Inner, ...], Meta(description="parts")] = ()
    count: Annotated[int | None, Meta(description="how many; blank when unknown")] = None
    young: Annotated[bool, Meta(description="is young")] = False
    at: Annotated[Instant | None, Meta(description="when exactly")] = None


def csv_of(*rows):
    return "\n".join(",".join(f'"{cell}"' if "," in cell or '"' in cell else cell for cell in row) for row in rows).encode()


def xlsx_of(*rows, formulas=()):
    """A workbook by another program than reads it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}) as book_:
        page = book_.add_worksheet()
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                page.write(y, x, cell)
        for y, x, formula in formulas:
            page.write_formula(y, x, formula)
    return buffer.getvalue()


def without_values():
    """A table of organisations whose name is a formula in row 2, and an error in row 3; that of row 4 is fine."""
    made, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "name_ko", "kind"], ["a", "=A1", "company"], ["b", "#REF!", "company"], ["c", "다", "company"]):
        made.active.append(row)
    assert [made.active[place].data_type for place in ("B2", "B3", "B4")] == ["f", "e", "s"]
    made.save(buffer)
    return buffer.getvalue()


def read(raw, form="csv"):
    return read_sheet(raw, form, where="file")


def wide(cells):
    return as_struct(gathered(Wide, cells), Wide, where="row", strict=False)


class TestColumns:
    def test_fields_become_columns_nested_by_dot(self):
        found = {each.name: (each.required, each.kind) for each in columns(Wide)}
        assert found == {
            "id": (True, "one"), "period.from_on": (True, "one"), "period.weeks": (False, "one"), "models": (False, "map"),
            "names": (False, "list"), "parts.from_on": (True, "one"),
            "parts.weeks": (False, "one"), "count": (False, "one"), "young": (False, "one"),
            "at": (False, "one"),
        }  # fmt: skip

    def test_cells_become_values_and_blanks_the_default(self):
        full = wide(
            {
                "id": "007", "period.from_on": "2026-03-02", "period.weeks": "8", "models.B200": "1", "models.H200": "0.5",
                "names": "a; b ;;c", "parts": '[{"from_on": "2026-03-02"}]', "count": "12", "young": "true",
                "at": "2026-03-02T09:00:00+09:00",
            }
        )  # fmt: skip
        assert (full.id, full.period.weeks, full.models, full.names) == ("007", 8, {"B200": "1", "H200": "0.5"}, ("a", "b", "c"))
        assert (full.parts[0].weeks, full.count, full.young) == (4, 12, True)
        blank = wide({"id": "x", "period.from_on": "2026-03-02", "count": "", "young": "", "names": "", "models": ""})
        assert blank == Wide(id="x", period=Inner(from_on=dt.date(2026, 3, 2)))
        assert wide({"id": "x", "period.from_on": "2026-03-02", "models": '{"a": "1"}'}).models == {"a": "1"}

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"parts": "[{"}, "bad_json"),
            ({"count": "1.5"}, "bad_input"),
            ({"at": "2026-03-02T09:00:00"}, "bad_input"),
            ({"models": '{"a": "1"}', "models.a": "1"}, "invalid"),
            ({"id": workbooks.BadCell("formula", "holds a formula.")}, "formula"),
        ],
    )
    def test_cells_that_are_no_value_are_refused(self, cells, code):
        with pytest.raises(BadInput) as refused:
            wide({"id": "x", "period.from_on": "2026-03-02", **cells})
        assert refused.value.code in {code, "bad_input"}

    def test_unknown_and_missing_columns_are_refused(self):
        require_columns(Wide, ["id", "period.from_on", "models.anything"])
        for header, code in ((["id", "period.from_on", "colour"], "unknown_column"), (["id"], "missing_column")):
            with pytest.raises(BadInput) as refused:
                require_columns(Wide, header)
            assert refused.value.code == code

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_every_command_has_a_template_that_reads_back_without_rows(self, form):
        for row in COMMANDS:
            header, remarks = with_example(row.command, ("ko", "en"))
            notes = remarks[0]
            sheet = read(write_sheet(header, remarks, form), form)
            assert (list(sheet.columns), sheet.lines) == (header, ())
            assert all(notes), f"{row.name}: each field says what it means."

    def test_the_example_of_a_command_with_parts_is_that_command(self):
        """Two parts of one act, and where an act has cells of its own, a part of another."""
        with_parts = [row for row in COMMANDS if parts(row.command)]
        assert with_parts
        for row in with_parts:
            header, remarks = with_example(row.command, ("ko", "en"))
            rows = [[remark[0].removeprefix("# ").replace(BLANK, ""), *remark[1:]] for remark in remarks[2:]]
            found = read_groups(row, read(write_sheet(header, rows, "csv"), "csv"))
            assert [each.faults for each in found] == [{}] * len(found)
            assert len(found) == (2 if common(row.command, ("ko", "en")) else 1), row.name
            for each in found:
                assert each.command is not None
                assert set(map(len, each.group.rows.values())) == {2 if each is found[0] else 1}
            assert all(name in remarks[1][0] for name in common(row.command, ("ko", "en")))


class TestParts:
    """A list of parts is a row for each part; what else a row says is said once, or the same again."""

    HEADER = ("id", "period.from_on", "parts.from_on", "parts.weeks")
    DAY = "2026-03-02"

    def groups(self, *rows):
        return grouped(Wide, read(csv_of(self.HEADER, *rows)))

    def made(self, *rows):
        return [as_struct(gathered(Wide, each.line.cells), Wide, where="row", strict=False) for each in self.groups(*rows)]

    def test_rows_below_give_parts_until_another_command_begins(self):
        one, two, bare = self.made(
            ["a", self.DAY, "2026-04-01", "2"], ["", "", "2026-05-01", ""], ["a", self.DAY, "2026-06-01", "3"],
            ["b", self.DAY, "2026-07-01", "1"], ["c", self.DAY, "", ""],
        )  # fmt: skip
        assert [(str(each.from_on), each.weeks) for each in one.parts] == [
            ("2026-04-01", 2),
            ("2026-05-01", 4),
            ("2026-06-01", 3),
        ]
        assert [(str(each.from_on), each.weeks) for each in two.parts] == [("2026-07-01", 1)]
        assert bare.parts == ()

    def test_a_fault_is_that_of_its_row_and_column(self):
        group, _other = self.groups(
            ["a", self.DAY, "2026-04-01", "2"], ["", "", "2026-05-01", "x"], ["b", self.DAY, "2026-05-01", "1"]
        )
        assert place_of(group, "parts[1].weeks") == (3, "parts.weeks")
        assert place_of(group, "parts[7].weeks") == (2, "parts")
        assert place_of(group, "parts") == (2, "parts")

    def test_the_list_may_stand_as_json_in_one_cell(self):
        require_columns(Wide, ["id", "period.from_on", "parts"])
        (group,) = grouped(
            Wide, read(csv_of(["id", "period.from_on", "parts"], ["a", self.DAY, '[{""from_on"": ""2026-04-01""}]']))
        )
        assert group.rows == {}
        for header, missing in ((["id", "period.from_on", "parts.weeks"], "parts.from_on"), (["period.from_on"], "id")):
            with pytest.raises(BadInput) as refused:
                require_columns(Wide, header)
            assert refused.value.detail["missing"] == [missing]


class TestReading:
    def test_csv_as_spreadsheets_write_it(self):
        sheet = read('\ufeffid,name_ko\r\na,"가\r\n나"\r\n\r\n# remark,\r\nb,다\r\n'.encode())
        found = [(line.number, line.cells["name_ko"]) for line in sheet.lines]
        assert found == [(2, "가\r\n나"), (5, ""), (6, "다")], "below the first row nothing is a remark"

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_remarks_stand_above_the_first_row_and_no_row_of_values_vanishes(self, form):
        notes, titles = [["# title", "id"], ["# more", ""]], [["#AI 과제", "a"], ["# 과제", "b"], ["나", "c"]]
        sheet = read(write_sheet(["title", "id"], [*notes, *titles], form), form)
        assert [line.cells["title"] for line in sheet.lines] == ["#AI 과제", "# 과제", "나"]
        assert sheet.remarks == (2, 3), "and those are named"

    def test_xlsx_of_another_program(self):
        raw = xlsx_of(
            ["id", "on", "count", "share", "flag"], ["007", dt.date(2026, 3, 2), 12.0, 0.25, True], [], [8, "", None, "", ""]
        )
        sheet = read(raw, "xlsx")
        assert sheet.lines[0].cells == {"id": "007", "on": "2026-03-02", "count": "12", "share": "0.25", "flag": "true"}
        assert (sheet.lines[1].number, sheet.lines[1].cells["id"]) == (4, "8")

    def test_a_formula_is_a_fault_of_its_row(self):
        sheet = read(xlsx_of(["id"], ["a"], formulas=[(2, 0, "=1+1")]), "xlsx")
        assert sheet.lines[1].cells["id"].code == "formula"

    def test_cells_without_a_value_are_named_by_their_place(self):
        found = {line.number: line.cells["name_ko"] for line in read(without_values(), "xlsx").lines}
        assert {number: each.code for number, each in found.items() if number < 4} == {2: "formula", 3: "cell_error"}
        assert found[2].what.startswith("cell B2 holds a formula")
        assert found[3].what.startswith("cell B3 holds the error #REF!")
        assert found[4] == "다"

    def test_an_error_that_was_saved_as_text_is_no_value_and_no_remark(self):
        wide_row = [*(["x"] * 27), "#N/A"]
        sheet = read(csv_of([f"c{n}" for n in range(28)], ["# remark"], ["#REF!", *(["x"] * 27)], wide_row))
        assert [line.number for line in sheet.lines] == [3, 4]
        assert sheet.lines[0].cells["c0"].what.startswith("cell A3 holds the error #REF!")
        assert sheet.lines[1].cells["c27"].what.startswith("cell AB4 holds the error #N/A")
        assert read(xlsx_of(["id", "on"], ["a", "#DIV/0!"]), "xlsx").lines[0].cells["on"].code == "cell_error"

    def test_a_column_cannot_be_named_by_a_formula_or_an_error(self):
        for raw, form, code in ((xlsx_of(["id"], ["a"], formulas=[(0, 1, "=A1")]), "xlsx", "formula"),
                                (b"id,#NAME?\na,b\n", "csv", "cell_error")):  # fmt: skip
            with pytest.raises(BadInput, match="cell B1") as refused:
                read(raw, form)
            assert refused.value.code == code

    def test_json_lines(self):
        sheet = read(b'{"id": "a"}\n\nnot json\n[1]\n{"id": 1.5}\n', "jsonl")
        assert [(line.number, line.fault and line.fault.code) for line in sheet.lines] == [
            (1, None), (3, "bad_json"), (4, "bad_json"), (5, "bad_json"),
        ]  # fmt: skip

    def test_a_table_of_another_coding_is_told_what_to_do(self):
        for coding in ("cp949", "utf-16"):
            with pytest.raises(BadInput, match=r"the file is not in UTF-8\. Save it as “CSV UTF-8” or as XLSX"):
                read("id,name_ko\na,가\n".encode(coding))

    @pytest.mark.parametrize(
        ("raw", "form"),
        [
            (b"", "csv"), (b"\n\n", "csv"), (b"id,id\n1,2", "csv"), (b"id,,x\n1,2,3", "csv"), (b"\xff\xfe", "csv"),
            (b'id\n"a', "csv"), (b"id\n" + b'"' + b"x" * 200_000 + b'"', "csv"),
            (",".join(f"c{i}" for i in range(201)).encode(), "csv"), (b"", "xlsx"), (b"PK\x03\x04junk", "xlsx"),
            (b"id\n", "xlsx"),
        ],
    )  # fmt: skip
    def test_what_is_no_table_is_refused(self, raw, form):
        with pytest.raises(BadInput):
            read(raw, form)

    def test_more_rows_than_are_read_are_refused(self, monkeypatch):
        monkeypatch.setattr(sheets, "MOST_ROWS", 3)
        assert len(read(b"id\na\nb\nc\n").lines) == 3
        for raw, form in ((b"id\na\nb\nc\nd\n", "csv"), (b'{"a": 1}\n' * 4, "jsonl"), (xlsx_of(["id"], *[["a"]] * 4), "xlsx")):
            with pytest.raises(BadInput, match="rows"):
                read(raw, form)

    def test_cells_beyond_the_columns_are_a_fault_of_the_row(self):
        sheet = read(b"id\na,b\nc,\n")
        assert [line.fault and line.fault.code for line in sheet.lines] == ["bad_row", None]

    def test_which_form_a_file_has(self):
        assert [form_of(name) for name in ("a.csv", "b.XLSX", "c.jsonl")] == ["csv", "xlsx", "jsonl"]
        assert form_of("", "text/csv") == "csv"
        with pytest.raises(BadInput):
            form_of("a.xls")


class TestHostileWorkbooks:
    def spoilt(self, change):
        """A good workbook with its parts changed."""
        source, made = zipfile.ZipFile(io.BytesIO(xlsx_of(["id"], ["a"]))), io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.infolist():
                target.writestr(part.filename, change(part.filename, source.read(part)))
        return made.getvalue()

    def refused(self, raw):
        with pytest.raises(BadInput) as refused:
            read(raw, "xlsx")
        return refused.value.code

    def test_a_zip_bomb_is_refused_before_it_is_unpacked(self, monkeypatch):
        raw = self.spoilt(lambda name, old: old + b" " * (16 * 2**20) if name.endswith("sheet1.xml") else old)
        assert len(raw) < 2**16
        monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_given: pytest.fail("it was unpacked"))
        assert self.refused(raw) == "too_large_inside"
        monkeypatch.setattr(workbooks, "MOST_BYTES_INSIDE", 100)
        monkeypatch.setattr(workbooks, "LARGEST_RATIO", 10**6)
        assert self.refused(raw) == "too_large_inside"

    def test_one_that_lies_about_its_size_is_refused(self):
        raw = bytearray(self.spoilt(lambda name, old: old + b" " * (1 << 20) if name.endswith("sheet1.xml") else old))
        for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            at = -1
            while (at := raw.find(mark, at + 1)) >= 0:
                raw[at + offset : at + offset + 4] = (100).to_bytes(4, "little")
        assert self.refused(bytes(raw)) == "bad_file"

    def test_entities_are_refused(self):
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        assert self.refused(self.spoilt(lambda _name, old: old.replace(b"<worksheet", bomb + b"<worksheet", 1))) == "bad_file"
        assert self.refused(self.spoilt(lambda _name, old: old.decode().encode("utf-16"))) == "bad_file"

    def test_many_parts_and_a_missing_sheet_are_refused(self):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as target:
            for number in range(1001):
                target.writestr(f"{number}.xml", b"")
        assert self.refused(made.getvalue()) == "too_large_inside"
        assert self.refused(self.spoilt(lambda name, old: b"" if name.endswith("sheet1.xml") else old)) == "bad_file"


class TestWriting:
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_no_text_acts_as_a_formula(self, form):
        hostile = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x","y")']
        raw = write_sheet(["a"], [[text] for text in hostile], form)
        cells = [line.cells["a"] for line in read(raw, form).lines]
        assert all(isinstance(cell, str) and cell.startswith("'") for cell in cells), cells

    def test_numbers_stay_numbers(self):
        assert [guard(each) for each in (-5, "-5", "-0.25", "a", None, "")] == [-5, "-5", "-0.25", "a", None, ""]


@pytest.mark.django_db
class TestImporting:
    def carry_out(self, raw, person=None, name="register_organisation", *, form="csv", apply=True, **more):
        context = Context(book(), person or make.person("agency"), AT, "import", confirmed_at=AT)
        return import_rows(row_of(name), read(raw, form), context, apply=apply, **more)

    def test_rows_of_each_form_become_acts(self):
        rows = [["id", "name_ko", "kind"], ["a", "가", "company"], ["b", "나", "company"]]
        lines = "\n".join(json.dumps(dict(zip(rows[0], row, strict=True))) for row in rows[1:]).encode()
        for form, raw in (("csv", csv_of(*rows)), ("xlsx", xlsx_of(*rows)), ("jsonl", lines)):
            with transaction.atomic():
                report = self.carry_out(raw, form=form)
                assert (report.applied, report.rows, report.faults) == (True, 2, [])
                assert [(made.about, made.known) for made in report.made] == [
                    ("organisation/a", False),
                    ("organisation/b", False),
                ]
                assert Organisation.objects.count() == Act.objects.count() == 2
                transaction.set_rollback(True)

    def test_a_preview_finds_what_apply_would_and_changes_nothing(self):
        raw = csv_of(
            ["id", "name_ko", "kind"], ["a", "가", "company"], ["a", "나", "company"], ["c", "", "company"], ["d", "\0", "x"]
        )
        report = self.carry_out(raw, apply=False)
        assert [(fault.line, fault.column, fault.code) for fault in report.faults] == [
            (3, "id", "id_taken"), (4, "name_ko", "invalid"), (5, "name_ko", "hidden_character"),
        ]  # fmt: skip
        assert [made.line for made in report.made] == [2]
        assert not report.applied
        assert (Organisation.objects.count(), Act.objects.count()) == (0, 0)

    def test_one_fault_keeps_the_whole_back(self):
        report = self.carry_out(csv_of(["id", "name_ko", "kind"], ["a", "가", "company"], ["a", "나", "company"]))
        assert (report.applied, [fault.code for fault in report.faults]) == (False, ["id_taken"])
        assert (Organisation.objects.count(), Act.objects.count()) == (0, 0)

    def test_rows_may_build_on_each_other(self):
        person = make.person("agency")
        report = self.carry_out(
            csv_of(["person", "desk", "organisation"], [person.uid, "auditor", ""], [person.uid, "auditor", ""]),
            person,
            "give_role",
        )
        assert [(fault.line, fault.code) for fault in report.faults] == [(3, "refused_by_records")]
        assert not Role.objects.filter(desk="auditor").exists()

    def test_a_key_makes_a_repetition_harmless(self):
        person, raw = make.person("agency"), csv_of(["id", "name_ko", "kind"], ["a", "가", "company"])
        first, again = (self.carry_out(raw, person, key="monday") for _ in range(2))
        assert first.applied
        assert again.applied
        assert Act.objects.count() == 1

    def test_a_key_stands_for_one_table_as_a_whole(self):
        person = make.person("agency")
        header, *rows = ["id", "name_ko", "kind"], ["a", "가", "company"], ["b", "나", "company"], ["c", "다", "company"]
        assert self.carry_out(csv_of(header, *rows[:2]), person, key="monday").applied
        changed, faulty = ["b", "라", "company"], ["c", "", "company"]
        others = (rows, rows[:1], [rows[0], changed], [*rows[:2], faulty], [rows[1], rows[0]])
        for other in others:
            for apply in (True, False):
                with pytest.raises(Refused) as refused:
                    self.carry_out(csv_of(header, *other), person, key="monday", apply=apply)
                assert refused.value.code == "key_reused"
        assert Act.objects.count() == 2
        assert self.carry_out(csv_of(header, *rows[2:]), person, key="monda").applied  # nor for keys that begin alike
        assert self.carry_out(csv_of(header, *rows[:2]), person, key="monday").applied

    def test_a_key_of_one_act_is_no_key_of_a_table(self):
        person, row = make.person("agency"), row_of("register_organisation")
        command = row.command(id="a", name={"ko": "가"}, kind="company")
        run(row, command, Context(book(), person, AT, "api", confirmed_at=AT), key="monday")
        with pytest.raises(Refused) as refused:
            self.carry_out(csv_of(["id", "name_ko", "kind"], ["b", "나", "company"]), person, key="monday")
        assert refused.value.code == "key_reused"

    def test_a_person_who_may_not_gets_a_fault_per_row_and_no_id_is_betrayed(self):
        nobody = make.person("applicant", organisation=make.organisation())
        theirs = make.person("applicant", organisation=make.organisation())
        from dure.records.parties.actions import make_token

        token = make_token(
            person=theirs, digest="a" * 64, name="x", read=True, commands=(), at=AT, expires_at=AT + dt.timedelta(days=1)
        )
        report = self.carry_out(csv_of(["token"], [token.pk], ["0" * 16]), nobody, "revoke_token")
        assert len({(fault.code, fault.what, fault.todo) for fault in report.faults}) == 1
        assert report.faults[0].code == "not_found"
        report = self.carry_out(csv_of(["id", "name_ko", "kind"], ["a", "가", "company"]), nobody)
        assert [fault.code for fault in report.faults] == ["not_permitted"]

    def test_cells_without_a_value_keep_the_whole_back(self):
        report = self.carry_out(without_values(), form="xlsx")
        assert [(fault.line, fault.column, fault.code) for fault in report.faults] == [
            (2, "name_ko", "formula"), (3, "name_ko", "cell_error"),
        ]  # fmt: skip
        assert not Organisation.objects.exists()

    def test_rows_that_cannot_be_read_do_not_count_towards_the_stop(self, monkeypatch):
        monkeypatch.setattr(importing, "MOST_REFUSED", 3)
        good = [[f"g-{n}", "가", "company"] for n in range(4)]
        bad = [[f"b-{n}", "", "company"] for n in range(9)]
        report = self.carry_out(csv_of(["id", "name_ko", "kind"], *bad, *good), apply=False)
        assert (report.rows, len(report.made), len(report.faults), report.stopped) == (13, 4, 9, None)

    def test_a_table_that_is_left_says_which_rows_were_not_tried(self, monkeypatch):
        monkeypatch.setattr(importing, "MOST_REFUSED", 3)
        taken = [["a", "가", "company"]] * 4
        (every,) = {self.carry_out(csv_of(["id", "name_ko", "kind"], *taken), apply=each).stopped for each in (True, False)}
        assert every is None, "the last of them was tried, too"
        report = self.carry_out(csv_of(["id", "name_ko", "kind"], *taken, ["b", "나", "company"], ["c", "다", "company"]))
        assert (len(report.made), [fault.line for fault in report.faults]) == (1, [3, 4, 5])
        assert report.stopped == Stop(
            refused=3, first=6, last=7, what="Stopped after 3 refused rows; rows 6 to 7 were not tried."
        )

    def test_the_command_line_says_where_it_stopped(self, monkeypatch, capsys):
        monkeypatch.setattr(importing, "MOST_REFUSED", 1)
        _print(self.carry_out(csv_of(["id", "name_ko", "kind"], *[["a", "가", "company"]] * 3)))
        assert "Stopped after 1 refused rows; row 4 was not tried.\n" in capsys.readouterr().out
