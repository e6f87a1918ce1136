"""Names in the languages of a programme, whichever they are: what a command takes, what a table takes, what was filed before."""

import datetime as dt
import json

import pytest
from django.utils import timezone, translation

import factories as make
from dure.__main__ import main
from dure.cycle.commands.importing import import_rows
from dure.cycle.commands.languages import named
from dure.cycle.commands.registry import COMMANDS, row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.formats.errors import BadInput
from dure.formats.kinds import text_in
from dure.formats.sheets import Line, Sheet, read_sheet
from dure.formats.versions import said_by_language
from dure.records.journal import actions
from dure.records.journal.models import Act
from dure.records.parties.models import Organisation
from dure.rules.book import read_book

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "en", "ko")


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """The book of a programme of one's own that is in three languages."""
    folder = tmp_path_factory.mktemp("programmes") / "three"
    assert main(["new", str(folder)]) == 0
    for path in folder.rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        said = [f"{each.rstrip()[:-1]}, fr: titre}}" if each.lstrip().startswith("title: {") else each for each in lines]
        head = [f"languages: [{', '.join(LANGUAGES)}]" if each.startswith("languages: ") else each for each in said]
        path.write_text("\n".join(head) + "\n", encoding="utf-8")
    return read_book(folder)


def do(book, given, *, key="", command="register_organisation", person=None):
    row, who = row_of(command), person or make.the("agency")
    return run(row, read_command(row, given), Context(book, who, timezone.now(), "script"), key=key)


def test_a_programme_of_three_languages_says_a_name_in_each_of_them(three):
    name = {"fr": "Université", "en": "University", "ko": "대학교"}
    do(three, {"id": "uni", "name": name, "kind": "academia"})
    assert Organisation.objects.get(pk="uni").name == name
    do(three, {"id": "lab", "name": {"fr": "Labo"}, "kind": "academia"})
    assert Organisation.objects.get(pk="lab").name == {"fr": "Labo"}
    found = Organisation.objects.filter(words__contains="대학교") | Organisation.objects.filter(words__contains="univers")
    assert [each.pk for each in found] == ["uni"]


@pytest.mark.parametrize(
    ("name", "code", "place"),
    [
        ({"en": "University"}, "language_missing", "$.name.fr"),
        ({"fr": "Université", "de": "Universität"}, "language_unknown", "$.name.de"),
        ({"fr": ""}, "invalid", "$.name"),
        ({}, "invalid", "$.name"),
        ({"fr": "x" * 201}, "invalid", "$.name"),
        ({"Fr": "x"}, "invalid", "$.name"),
        ({"fr": "a\u202eb"}, "hidden_character", "$.name.fr"),
        ("Université", "invalid", "$.name"),
        ({"fr": ["Université"]}, "invalid", "$.name"),
    ],
)
def test_what_is_no_name_is_refused_with_its_place(three, name, code, place):
    with pytest.raises(BadInput) as refused:
        do(three, {"id": "uni", "name": name, "kind": "academia"})
    assert refused.value.code == code
    assert place in refused.value.where
    assert not Organisation.objects.filter(pk="uni").exists()


def test_names_are_brought_to_one_spelling(three):
    do(three, {"id": "uni", "name": {"fr": " Universite\u0301 ", "en": " A"}, "kind": "academia"})
    assert Organisation.objects.get(pk="uni").name == {"fr": "Universit\u00e9", "en": "A"}


def test_every_name_and_title_of_a_command_is_by_language():
    by_language = {row.name for row in COMMANDS if named(row.command)}
    assert by_language == {
        "register_organisation", "add_person", "invite_person", "open_provider_call", "open_user_call", "open_survey", "add_site",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "second"),
    [("id,name.fr,name.en,kind", "en"), ("id,name_ko,name_en,kind", "en"), ("id,name.fr,name.ko,kind", "ko")],
)
def test_a_table_has_a_column_for_each_language_or_the_headings_of_before(three, header, second):
    """`name_ko` was the programme's first language, whichever that was."""
    raw = f"{header}\na,Aé,Ab,academia\nb,Bé,,academia\n".encode()
    context = Context(three, make.the("agency"), timezone.now(), "import")
    report = import_rows(row_of("register_organisation"), read_sheet(raw, "csv", where="file"), context, apply=True)
    assert (report.applied, report.faults) == (True, [])
    assert Organisation.objects.get(pk="a").name == {"fr": "Aé", second: "Ab"}
    assert Organisation.objects.get(pk="b").name == {"fr": "Bé"}


@pytest.mark.parametrize(("first", "second"), [("name.fr", "name.en"), ("name_ko", "name_en")])
def test_a_fault_names_the_column_as_the_table_does(three, first, second):
    raw = f"id,{first},{second},kind\na,,A,academia\nb,B,{'x' * 201},academia\nc,\u202eC,C,academia\n".encode()
    context = Context(three, make.the("agency"), timezone.now(), "import")
    report = import_rows(row_of("register_organisation"), read_sheet(raw, "csv", where="file"), context, apply=False)
    found = [(each.line, each.column, each.code) for each in report.faults]
    assert found == [(2, first, "language_missing"), (3, second, "invalid"), (4, first, "hidden_character")]


def test_json_lines_with_fields_of_before_are_read(three):
    lines = (Line(1, {"id": "a", "name_ko": "Aé", "name_en": "", "kind": "academia"}),)
    context = Context(three, make.the("agency"), timezone.now(), "import")
    assert import_rows(row_of("register_organisation"), Sheet((), lines, typed=True), context, apply=True).applied
    assert Organisation.objects.get(pk="a").name == {"fr": "Aé"}


def test_a_request_that_was_filed_in_two_fields_is_the_same_request_now(three):
    person, at = make.the("agency"), timezone.now()
    before = {
        "id": "uni", "name_ko": "Université", "name_en": "University", "kind": "academia", "size": "", "region": "",
        "youth_led": False, "domestic": True, "group": "", "number": "", "synthetic": False,
    }  # fmt: skip
    actions.record_act(
        programme=three.programme, command="register_organisation", about="organisation/uni", person=person, via="api",
        given=before, result="uni", key="monday", at=at - dt.timedelta(days=1),
    )  # fmt: skip
    now = {"id": "uni", "name": {"fr": "Université", "en": "University"}, "kind": "academia"}
    assert do(three, now, key="monday", person=person).repeated
    with pytest.raises(BadInput) as refused:
        do(three, {**now, "name": {"fr": "Autre"}}, key="monday", person=person)
    assert refused.value.code == "key_reused"
    assert Act.objects.count() == 1


def test_fields_of_before_become_texts_by_language():
    assert said_by_language({"name_ko": "가", "name_en": "A", "kind": "x"}, first="ko") == {
        "kind": "x", "name": {"ko": "가", "en": "A"},
    }  # fmt: skip
    assert said_by_language({"title_ko": "A", "title_en": "B"}, first="en") == {"title": {"en": "A"}}
    assert said_by_language({"title_ko": "", "title_en": ""}, first="ko") == {}
    assert said_by_language({"name": "me", "name_ko": "나"}, first="ko") == {"name": "me", "name_ko": "나"}
    now = {"name": {"fr": "a"}, "title": "b"}
    assert said_by_language(json.loads(json.dumps(now)), first="fr") == now


def test_a_text_is_said_in_the_first_language_in_which_there_is_one():
    names = {"en": "University", "ko": "대학교"}
    assert [text_in(names, *each) for each in (("ko", "en"), ("fr", "ko"), ("fr",), ())] == [
        "대학교", "대학교", "University", "University",
    ]  # fmt: skip
    assert text_in({}, "ko") == ""


@pytest.mark.parametrize(("language", "order"), [("ko", ["one", "two"]), ("en", ["two", "one"])])
def test_lists_are_sorted_and_shown_by_the_name_that_their_reader_sees(language, order):
    from dure.records.journal.names import InLanguage

    make.organisation(id="one", name={"ko": "가", "en": "Zeta"})
    make.organisation(id="two", name={"ko": "나", "en": "Alpha"})
    make.organisation(id="three", name={"ko": "다"})
    with translation.override(language):
        found = Organisation.objects.annotate(said=InLanguage("name")).order_by("said")
        assert [each.pk for each in found if each.pk != "three"] == order
        assert found.get(pk="three").said == "다"
