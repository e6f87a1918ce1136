"""Forms and pages of a programme with three languages: an input for each, and the name that the reader reads."""

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation

import factories as make
from dure.formats.commands.people import RegisterOrganisation
from dure.portal.kit.form.answers import answers
from dure.portal.kit.form.bound import Unnamed, bound, summary
from dure.portal.kit.form.fields import asked_of
from dure.portal.kit.form.reading import read
from dure.portal.kit.form.tasks import inputs as inputs_of
from dure.portal.kit.form.writing import written
from dure.portal.kit.wording.language import in_language

THREE = override_settings(LANGUAGES=[("fr", "français"), ("en", "English"), ("ko", "한국어")], LANGUAGE_CODE="fr")
FIELDS = [each for each in asked_of(RegisterOrganisation) if each.name == "name"]


@pytest.fixture(autouse=True)
def three_languages():
    with THREE, translation.override("en"):
        yield


def test_a_form_asks_in_each_language_and_needs_the_first():
    (made,) = bound(FIELDS, {}, {}, Unnamed())
    ((first, *others),) = made.rows
    assert (made.input, made.label, first.label) == ("names", "Name", "French")
    assert [first.path, *(each.path for each in others)] == ["name-fr", "name-en", "name-ko"]
    assert [first.field.required, *(each.field.required for each in others)] == [True, False, False]
    assert inputs_of(FIELDS) == 3


def test_what_is_typed_becomes_a_text_by_language_and_back():
    typed = {"name-fr": " Université ", "name-en": "", "name-ko": "대학교"}
    values, faults = read(FIELDS, typed)
    assert (values, faults) == ({"name": {"fr": "Université", "ko": "대학교"}}, {})
    assert written(FIELDS, values) == {"name-fr": "Université", "name-ko": "대학교"}
    (answer,) = answers(FIELDS, values, Unnamed().name_of)
    assert answer.text == "French: Université\nKorean: 대학교"


@pytest.mark.parametrize(
    ("typed", "path", "says"),
    [
        ({}, "name-fr", "Name (French)"),
        ({"name-en": "University"}, "name-fr", "Name (French)"),
        ({"name-fr": "a", "name-ko": "x" * 201}, "name-ko", "Name (Korean)"),
    ],
)
def test_a_fault_stands_at_the_input_of_its_language(typed, path, says):
    _values, faults = read(FIELDS, typed)
    assert list(faults) == [path]
    (fault,) = summary(bound(FIELDS, typed, faults, Unnamed()))
    assert (fault.id, fault.label) == (f"f-{path}", says)


def test_a_programme_of_one_language_asks_for_the_name_alone():
    with override_settings(LANGUAGES=[("en", "English")], LANGUAGE_CODE="en"):
        (made,) = bound(FIELDS, {"name-en": "University"}, {}, Unnamed())
        (answer,) = answers(FIELDS, read(FIELDS, {"name-en": "University"})[0], Unnamed().name_of)
    assert (made.input, made.path, made.label, made.value) == ("text", "name-en", "Name", "University")
    assert answer.text == "University"


@pytest.mark.parametrize(("language", "shown"), [("ko", "대학교"), ("en", "Université"), ("fr", "Université")])
def test_a_reader_reads_their_own_language_or_the_programmes_first(language, shown):
    with translation.override(language):
        assert in_language({"ko": "대학교", "fr": "Université"}) == shown


@pytest.mark.django_db
def test_pages_say_what_an_organisation_is_called_to_each_reader():
    client = Client()
    client.force_login(make.the("agency"))
    make.organisation(id="uni", name={"fr": "Université", "ko": "강원대학교"})
    make.organisation(id="lab", name={"fr": "Labo", "en": "Laboratory"})
    for language, university, laboratory in (("en", "Université", "Laboratory"), ("ko", "강원대학교", "Labo")):
        client.cookies["django_language"] = language
        page = client.get("/agency/organisations/").content.decode()
        one = client.get("/objects/organisation/uni/").content.decode()
        assert university in page
        assert laboratory in page
        assert university in one
        form = client.get("/acts/register_organisation/").content.decode()
        assert all(f'name="name-{code}"' in form for code in ("fr", "en", "ko"))
