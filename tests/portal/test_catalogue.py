"""Every text has its Korean, the compiled catalogue is that of the source, and placeholders match."""

import gettext
import re

import pytest

from dure.portal.kit import catalogue

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
