"""What the log of readings is called by: kinds of data, ways of handing out, tasks and pages."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from dure.portal.kit.personal.purposes import PURPOSES

DATA: Mapping[str, object] = {
    "name": _("Name or log-in name"),
    "contact": _("Contact"),
    "documents": _("Documents"),
}
FORMS: Mapping[str, object] = {
    "page": _("Page"), "print": _("Print"), "csv": "CSV", "xlsx": "XLSX", "json": "JSON", "api": _("API"), "file": _("File"),
}  # fmt: skip


def data_in_words(data: Iterable[str]) -> str:
    """The kinds of data, each once."""
    return ", ".join(str(DATA.get(each, each)) for each in data)


def purpose_in_words(purpose: str) -> str:
    """The task, also of a purpose that is no more."""
    return str(PURPOSES.get(purpose, purpose))


def form_in_words(form: str) -> str:
    """How it was handed out."""
    return str(FORMS.get(form, form))
