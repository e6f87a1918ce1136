"""A text by language as inputs: one for each language of the programme, of which the first is asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from dure.formats.kinds import LONGEST_NAME


def codes() -> tuple[str, ...]:
    """The codes of the programme's languages, the first one first."""
    return tuple(code for code, _name in settings.LANGUAGES)


def languages() -> list[tuple[str, str]]:
    """The languages of the programme, the first one first, each with what it is called in the reader's language."""
    return [(code, str(get_language_info(code)["name_translated"])) for code in codes()]


def in_words(names: Mapping[str, str]) -> str:
    """A line for each language in which it is said; the bare text where the programme has one language."""
    known = languages()
    said = [(called, names[code]) for code, called in known if names.get(code)]
    said += [(code, text) for code, text in names.items() if code not in dict(known)]
    return "\n".join(text if len(known) == 1 else f"{called}: {text}" for called, text in said)


def inputs(key: str, label: str) -> Iterator[tuple[str, forms.CharField]]:
    """The fields of a form of Django's for a text by language; `label`: what is named."""
    known = languages()
    for place, (code, called) in enumerate(known):
        title = label if len(known) == 1 else _("%(what)s (%(language)s)") % {"what": label, "language": called}
        yield f"{key}_{code}", forms.CharField(label=title, max_length=LONGEST_NAME, required=not place)


def given(key: str, clean: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by language."""
    return {code: text for code in codes() if (text := (clean.get(f"{key}_{code}") or "").strip())}
