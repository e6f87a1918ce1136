"""The same word in every room: stages and models stand in the glossary with their Korean; generated pages are fresh."""

import csv
import re
from pathlib import Path

from django.apps import apps
from django.utils import translation

from dure.cycle.cli import WORDS
from dure.cycle.commands.registry import COMMANDS
from dure.cycle.deciding import open_book
from dure.cycle.reference import pages
from dure.cycle.stages import STAGES
from dure.formats.meanings import meanings, parts
from dure.rules.book import DEFAULT

ROOT = Path(__file__).parent.parent.parent


def glossary():
    with (ROOT / "docs" / "reference" / "glossary.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_entry_has_korean_a_name_in_code_and_a_definition():
    for entry in glossary():
        assert any("가" <= char <= "힣" for char in entry["ko"]) or entry["ko"].isascii(), entry["en"]
        assert entry["code"], entry["en"]
        assert len(entry["definition"]) > 15, entry["en"]


def test_every_model_of_the_records_is_in_the_glossary():
    known = {entry["code"] for entry in glossary()}
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("dure.records")}
    assert models <= known, f"add to docs/reference/glossary.csv: {sorted(models - known)}"


def test_every_stage_is_in_the_glossary():
    korean = {entry["ko"] for entry in glossary()}
    with translation.override("ko"):
        assert {translation.gettext(stage.title) for stage in STAGES} <= korean


def test_generated_reference_is_fresh():
    for path, text in pages(open_book(DEFAULT), WORDS):
        assert (ROOT / "docs" / "reference" / path).read_text(encoding="utf-8") == text, f"{path} is stale: run `make docs`."


def test_the_reference_names_every_act_with_who_may_and_what_each_field_means():
    page = (ROOT / "docs" / "reference" / "acts.md").read_text(encoding="utf-8")
    told = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    for row in COMMANDS:
        assert row.label in told[row.name]
        assert all(seat.desk in told[row.name].partition("|")[0] for seat in row.by)
        for each in meanings(row.command):
            assert re.search(rf"^\| `{each.name}` \| [^|]+ \| (yes)? ?\| .+ \|$", told[row.name], re.MULTILINE), (
                f"{row.name} {each.name}"
            )
        for part in parts(row.command):
            assert f"### `{part.__name__}`" in page


def test_links_between_documents_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_no_page_or_text_uses_words_that_nobody_speaks():
    """House style: plain words of today."""
    old = re.compile(r"\b(anew|afresh|thereof|heretofore|heard of next)\b")
    texts = [*ROOT.glob("*.md"), ROOT / "Makefile", *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.py")]
    texts += (ROOT / "src").rglob("*.html")
    found = [
        str(path.relative_to(ROOT)) for path in texts if "migrations" not in path.parts and old.search(path.read_text("utf-8"))
    ]
    assert found == []
