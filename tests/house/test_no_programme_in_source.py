"""No programme's id, time zone or currency is in the source, nor a Korean letter. Not looked for: dates."""

import importlib
import pkgutil
import re

import msgspec
import pytest
from django.apps import apps

from dure.rules.manifest import programmes, read_manifest
from programme import ROOT

SOURCE = ROOT / "src" / "dure"
WRITTEN = {".py", ".html", ".css", ".js", ".txt", ".sql"}
FILES = sorted(
    path
    for path in SOURCE.rglob("*")
    if path.suffix in WRITTEN and not {"programmes", "vendor"} & set(path.relative_to(SOURCE).parts)
)
CURRENCY = re.compile(r"\.(?!time_won)(\w+_)?won(_|$)")
OF_A_LANGUAGE = re.compile(r"[a-z]_(ko|en)(?![a-z0-9])(?!_[a-z0-9])")
READS_OLDER = "formats/versions.py"  # names there what names were called before
HANGUL = r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"


def words_of_programmes():
    """What the heads of the programmes that come with dure say, as words that nothing else would be written with."""
    for folder in programmes().values():
        head = read_manifest(folder)
        yield from (head.id, head.zone, head.currency.code)


FORBIDDEN = re.compile("|".join([HANGUL, *(rf"\b{re.escape(each)}\b" for each in words_of_programmes())]))


@pytest.mark.parametrize("room", sorted({path.relative_to(SOURCE).parts[0] for path in FILES}))
def test_no_id_zone_currency_code_or_korean_letter_is_in_the_source(room):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in FILES
        if path.relative_to(SOURCE).parts[0] == room
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN.search(line)
    ]
    assert not found, "\n".join(found)


def fields_of_formats():
    """The name of every field of every format, of rules and commands as well."""
    for module in pkgutil.walk_packages([str(SOURCE / "formats")], "dure.formats."):
        importlib.import_module(module.name)
    kinds, found = [msgspec.Struct], set()
    while kinds:
        kinds += (kind := kinds.pop()).__subclasses__()
        found |= {
            f"{kind.__name__}.{name}" for name in kind.__struct_encode_fields__ if kind.__module__.startswith("dure.formats")
        }
    return found


def test_no_field_and_no_column_is_named_after_a_currency():
    columns = {f"{model.__name__}.{each.name}" for model in apps.get_models() for each in model._meta.get_fields()}
    fields = fields_of_formats()
    assert len(columns) > 300
    assert len(fields) > 700
    assert not {each for each in columns | fields if CURRENCY.search(each)}
    assert CURRENCY.search("Line.billed_won")
    assert CURRENCY.search("Clawback.won")
    assert not CURRENCY.search("TimeWon.days")


def test_no_name_is_made_for_two_languages():
    """Names are maps by language; older migrations and the reading of older documents know what was before."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in FILES
        if "migrations" not in path.parts and path.relative_to(SOURCE).as_posix() != READS_OLDER
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if OF_A_LANGUAGE.search(line)
    ]
    assert not found, "\n".join(found)
    assert OF_A_LANGUAGE.search((SOURCE / READS_OLDER).read_text(encoding="utf-8"))
    assert all(OF_A_LANGUAGE.search(each) for each in ("name_ko", "x.title_en", "organisation__name_ko__icontains", "t_ko"))
    assert not any(OF_A_LANGUAGE.search(each) for each in ("to_english", "spoken", "in_ko_words", "EN"))


def test_the_words_would_be_found():
    assert all(FORBIDDEN.search(f"x = '{each}'") for each in ["kr_2025", "Asia/Seoul", "KRW", "원"])
    assert not FORBIDDEN.search("KRWX kr_2025_b amount")
    assert len(FILES) > 800
