"""What an act did: who, when, to which subject, with which result; and how to take it back where that is possible."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import BY_NAME
from dure.cycle.commands.rows import Row
from dure.cycle.commands.tables.documents import ROWS as DOCUMENTS
from dure.formats.versions import said_by_language
from dure.portal.kit.acting import context_of
from dure.portal.kit.form.answers import Answer, answers
from dure.portal.kit.form.bound import Choices
from dure.portal.kit.form.fields import UNASKED, Field, fields_of, says
from dure.portal.kit.personal.seeing import who
from dure.portal.kit.wording.numbers import size
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.choices import Chooser, subject_name
from dure.portal.subjects.acts.door import permitted, standing, subject_of
from dure.portal.subjects.acts.refusing import label_of
from dure.records.documents import queries as documents
from dure.records.journal import queries as journal
from dure.records.parties.access import may_oversee

# The kinds of subject that have a page: filled by the pages of objects.
PAGES: dict[str, str] = {}


def href_of(about: str) -> str:
    """The page of the subject KIND/ID; empty where that kind has none."""
    kind, _slash, key = about.partition("/")
    if kind not in PAGES or not key:
        return ""
    return reverse(PAGES[kind], kwargs={"kind": kind, "key": key})


def page(request: HttpRequest, number: int) -> HttpResponse:
    """One act, for the person who did it and for those who oversee."""
    act = journal.act(number)
    if act is None or not (act.person_id == request.user.pk or may_oversee(request.user)):
        raise Http404
    row = BY_NAME.get(act.command)
    given = _given(act)
    kind = act.about.partition("/")[0]
    context = {
        "act": act,
        "heading": label_of(act.command),
        "says": _(says(row.command)) if row else "",
        "who": who(act.person, request.user),
        "kind": name(kind),
        "subject": subject_name(f"item/{given['item']}" if kind == "sheet" else act.about, request.user),
        "subject_href": href_of(act.about),
        "answers": _answers(row, act, request.user) if row and len(str(given)) < LARGEST_SHOWN else [],
        "entry": act.result if act.command.startswith("file_") else None,
        "undo": _undo(request, row, {**given, **_made(row, act.result)}) if row else None,
    }
    return render(request, "acts/done.html", context)


LARGEST_SHOWN = 200_000


def _given(act: Any) -> dict[str, Any]:
    """What was given, with names by language as they are given now."""
    return said_by_language(act.input.value(), first=settings.LANGUAGE_CODE)


def _answers(row: Row, act: Any, reader: Any) -> list[Answer]:
    """What was given, but for what the page says already, and for what was left out and means nothing by that."""
    given = _given(act)
    chooser = Chooser(reader, _files(row, act, given))
    found = answers([each for each in _said(row, given) if not _is_subject(row, each, act, given)], given, chooser.name_of)
    return [each for each in found if not (each.empty and each.text == _("Nothing"))]


def _said(row: Row, given: dict[str, Any]) -> list[Field]:
    """The fields that the act's form asks, and any other that was given."""
    return [each for each in fields_of(row.command) if each.name not in UNASKED or given.get(each.key)]


def _is_subject(row: Row, field: Field, act: Any, given: dict[str, Any]) -> bool:
    """Does the field name what the page has named as the subject?"""
    return field.name in subject_of(row).fields and given.get(field.key) == act.about.partition("/")[2]


def _files(row: Row, act: Any, given: dict[str, Any]) -> dict[str, Choices]:
    """By field what its file is called and how large it is, and what the document is called that was taken away."""
    wanted = {str(act.result), str(given.get("document", ""))}
    found = list(documents.ever(wanted)) if row in DOCUMENTS else []
    made = {}
    for field in fields_of(row.command):
        if field.kind == "file":
            made[field] = [(each.digest, f"{each.name} · {size(each.size)}") for each in found]
        elif field.name == "document":
            made[field] = [(each.pk, each.title) for each in found]
    return {f"{field.struct}.{field.name}": Choices(options) for field, options in made.items()}


def _made(row: Row, result: Any) -> dict[str, Any]:
    """What the act made, by the name under which the act that takes it back asks for it."""
    return {"document": result} if row in DOCUMENTS else {}


def _undo(request: HttpRequest, row: Row, given: dict[str, Any]) -> dict[str, str] | None:
    """The command that takes it back, with its form filled in; nothing where there is none, or it is not for this person."""
    back = BY_NAME.get(row.undo)
    if back is None or not permitted(back, request.user):
        return None
    shared = {each: given[each] for each in back.command.__struct_fields__ if given.get(each) not in (None, "", [])}
    if standing(back, shared, context_of(request)).verdict != "yes":
        return None
    plain = {key: "\n".join(map(str, value)) if isinstance(value, list) else value for key, value in shared.items()}
    return {"href": f"{reverse('acts:act', kwargs={'name': back.name})}?{urlencode(plain)}", "label": _(back.label)}
