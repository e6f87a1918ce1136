"""Every text has its Korean, the compiled catalogue is that of the source, and placeholders match."""

import csv
import gettext
import re

import pytest

from dure.portal.kit import catalogue
from programme import ROOT

PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")


def test_no_text_is_without_korean():
    entries = catalogue.read()
    missing = [text for text in catalogue.texts() if not entries.get(text)]
    assert not missing, f"{missing[:5]}: run `python -m dure.portal.kit.catalogue` and translate what it lists."


def test_no_translation_is_left_over():
    assert not set(catalogue.read()) - set(catalogue.texts()), "run `python -m dure.portal.kit.catalogue`."


def test_the_compiled_catalogue_is_that_of_the_source():
    assert catalogue.PO.with_suffix(".mo").read_bytes() == catalogue.compiled(catalogue.read())


def test_the_compiled_catalogue_is_what_gettext_reads():
    with catalogue.PO.with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    for text, korean in catalogue.read().items():
        assert read.gettext(text) == korean


@pytest.mark.parametrize("text", [text for text in catalogue.texts() if "%" in text])
def test_placeholders_match(text):
    assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(catalogue.read()[text]))


def test_a_term_of_the_glossary_is_called_so_on_every_page():
    """As a label of its own, in the singular or plural; within a sentence it may be inflected."""
    entries = catalogue.read()
    with (ROOT / "docs" / "reference" / "glossary.csv").open(encoding="utf-8") as file:
        terms = {entry["en"]: entry["ko"] for entry in csv.DictReader(file)}
    called = {(text, ko): entries[text] for en, ko in terms.items() for text in (en, f"{en}s") if text in entries}
    assert len(called) > 50
    assert {key: korean for key, korean in called.items() if key[1] not in korean} == {}


@pytest.mark.parametrize("word", ["자원 풀", "GPU 모델", "부문"])
def test_words_that_the_glossary_has_another_word_for(word):
    assert [text for text, korean in catalogue.read().items() if word in korean] == []


TEMPLATED = re.compile(r"{%\s*(?:translate|trans|blocktranslate|blocktrans)\b")


def test_templates_of_any_ending_and_modules_outside_the_portal_are_looked_through():
    """A text that is translated somewhere the catalogue does not look would stay English, and nobody would see it."""
    seen = set(catalogue.templates())
    source = catalogue.SOURCE
    others = [path for path in source.rglob("*") if path.is_file() and path.suffix in {".html", ".txt", ".xml", ".svg", ".md"}]
    assert [path for path in others if path not in seen and TEMPLATED.search(path.read_text(encoding="utf-8"))] == []
    assert any(path.suffix == ".txt" for path in seen)
    texts = set(catalogue.texts())
    for path in source.rglob("*.py"):
        lost = set(catalogue._texts_of_module(path)) - texts
        assert not lost, f"{path.relative_to(source)}: {lost}"
