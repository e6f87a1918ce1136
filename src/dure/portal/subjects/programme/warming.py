"""What would make the first visitor wait is done before the server answers anyone."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.template.loader import get_template

from dure.portal.kit.wording.book import book
from dure.portal.subjects.decisions.explain import load_all
from dure.portal.subjects.decisions.journal import approved_entries


def warm() -> None:
    """Read the rule book, compile every template, import every explanation, ask the journal once."""
    book()
    load_all()
    template_folders: Any = settings.TEMPLATES[0]["DIRS"]
    folders = [Path(folder) for folder in template_folders]
    for folder in folders:
        for path in sorted(folder.rglob("*.html")):
            get_template(str(path.relative_to(folder)))
    _parse()


def _parse() -> None:
    """Where the database cannot be asked yet, the first visitor waits instead."""
    try:
        approved_entries().exists()
    except DatabaseError:
        return
    finally:
        connection.close()
