"""What does a list page answer? The page itself, a file, the print view, or that a view was saved."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dure.portal.kit.acting import tried
from dure.portal.kit.later.asking import is_for_later, made_later
from dure.portal.kit.later.request import Making
from dure.portal.kit.lists import files
from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.bound import Bound, Found
from dure.portal.kit.lists.reasons import WANTED, asks_why
from dure.portal.kit.lists.shown import fields, row_writer, shown
from dure.portal.kit.personal.recording import in_stream
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.language import language
from dure.portal.kit.wording.streams import in_language
from dure.records.parties import queries as parties

LONGEST_NAME = 80
LONGEST_VIEW = 4000
_ROWS = "<!--rows-->"


def respond(
    request: HttpRequest,
    lists: Sequence[Bound],
    context: Mapping[str, Any],
    *,
    template: str = "dure/lists.html",
    figures: Callable[[Sequence[Found]], Sequence[Figure]] | None = None,
) -> HttpResponseBase:
    """The page with these lists, or what the address asks of one of them.

    `context` holds heading, says and figures; sections after the lists, and what the template needs else. `figures` makes
    those of the heading where they depend on what is asked of the lists.
    """
    if request.method == "POST" and WANTED not in request.POST:
        return _saved(request, lists)
    found = [Found(each, _asked(request, each)) for each in lists]
    for each in found:
        form, printed = each.asked.one("format"), bool(each.asked.one("print"))
        if form not in _WRITERS and not printed:
            continue
        if (printed or each.asked.one("rows") in {"all", "chosen"}) and (asks := asks_why(request, each)):
            return asks
        return _printed(request, each, context) if printed else _file(request, each, form)
    if request.method == "POST":
        return redirect(request.path)
    saves = request.user.is_authenticated
    views = parties.views_of(request.user, [each.declared.key for each in lists]) if saves else []
    made = [shown(each, saves=saves, views=[view for view in views if view.list == each.bound.declared.key]) for each in found]
    if figures is not None:
        context = {**context, "figures": figures(found)}
    return render(request, template, {**context, "lists": made, "path": request.path})


def _asked(request: HttpRequest, bound: Bound) -> Asked:
    """What the address asks, or where it names a saved view, what that view asks; a place in it stays."""
    asked = Asked.of(bound.declared, request.GET)
    if not (uid := asked.one("view")) or not request.user.is_authenticated:
        return asked
    view = parties.view(uid, list_key=bound.declared.key, person=request.user)
    if view is None:
        messages.info(request, _("There is no such view, or it is not shared."))
        return asked
    saved = Asked.of(bound.declared, view.query)
    own = {key for key, _value in asked.given}
    return Asked(bound.declared, (*(pair for pair in saved.given if pair[0] not in own), *asked.given))


_WRITERS = {"csv", "xlsx", "json"}


def _file(request: HttpRequest, found: Found, form: str) -> HttpResponseBase:
    """The page as it is on screen, all rows that match, or those chosen; with the columns on screen, drawings left out.

    All rows of a long list are written by a worker, for the person who asked.
    """
    wanted, most = found.asked.one("rows"), settings.DURE_IMMEDIATE_ROWS
    chosen = found.asked.all("chosen")
    if wanted == "chosen" and not chosen:
        messages.error(request, _("No row is chosen. Tick the rows that you want, then save them again."), extra_tags="bad")
        return redirect(request.path + found.asked.address())
    if wanted == "all" and is_for_later(request, found.at_most(most + 1), most=most):
        name, back = f"{found.bound.declared.key}.{form}", request.path + found.asked.address()
        return made_later(request, _address(request, found, form), name=name, back=back)
    rows: Iterable[Any]
    if wanted == "all":
        rows = request.counted(found.every(), found.at_most()) if isinstance(request, Making) else found.every()
    else:
        rows = found.every(chosen) if wanted == "chosen" else found.page.rows
    columns = [part for each in found.columns if each.kind != "drawing" for part in each.in_files()]
    name = f"dure-{found.bound.declared.key}"
    if form == "xlsx":
        return files.as_xlsx(columns, rows, name=name, title=str(found.bound.declared.title))
    rows = in_stream(request, form, iter(rows))
    return files.as_json(columns, rows, name=name) if form == "json" else files.as_csv(columns, rows, name=name)


def _address(request: HttpRequest, found: Found, form: str) -> str:
    """Where a worker finds what is on screen: saved views are written out, for others may change them meanwhile."""
    prefix = f"{found.bound.declared.key}-"
    others = [(key, value) for key, values in request.GET.lists() if not key.startswith(prefix) for value in values]
    own = found.asked.address({"format": form, "rows": "all"})
    return f"{request.path_info}{own}{'&' if others else ''}{urlencode(others)}"


def _printed(request: HttpRequest, found: Found, context: Mapping[str, Any]) -> HttpResponseBase:
    """Every row that matches as one table, sent as it is read."""
    page = {
        "heading": context["heading"], "title": found.bound.declared.title, "columns": found.columns, "rows": _ROWS,
        "asked": [(each.label, each.said) for each in fields(found) if each.value],
        "language": language(), "query": found.asked.query, "back": request.path + found.asked.address(),
    }  # fmt: skip
    before, _mark, after = render_to_string("dure/list_print.html", page, request).partition(_ROWS)
    every = found.every()

    def content() -> Iterator[str]:
        yield before
        rows = in_stream(request, "print", every)
        write = row_writer(found.columns, found.bound.desk)
        while made := [write(row) for row in islice(rows, 500)]:
            yield "\n".join(made)
        yield after

    return StreamingHttpResponse(in_language(content()))


def _saved(request: HttpRequest, lists: Sequence[Bound]) -> HttpResponse:
    """Save the view that the form holds under a name, or forget one."""
    key = request.POST.get("list", "")
    bound = next((each for each in lists if each.declared.key == key), None)
    if bound is None:
        return redirect(request.path)
    if uid := request.POST.get("forget", ""):
        problem = tried(request, "forget_view", {"id": uid})
        messages.add_message(
            request, messages.WARNING if problem else messages.SUCCESS, problem or _("The view is forgotten."),
            extra_tags="bad" if problem else "good",
        )  # fmt: skip
        return redirect(request.path)
    view = {
        "id": uuid.uuid4().hex,
        "list": key,
        "name": request.POST.get("name", "").strip()[:LONGEST_NAME],
        "query": Asked.of(bound.declared, request.POST.get("query", "")[:LONGEST_VIEW]).address().removeprefix("?"),
        "shared": request.POST.get("shared") == "on",
    }
    problem = _("Give the view a name.") if not view["name"] else tried(request, "save_view", view)
    if problem:
        messages.error(request, problem, extra_tags="bad")
        return redirect(f"{request.path}?{view['query']}")
    messages.success(request, _("The view is saved."), extra_tags="good")
    return redirect(f"{request.path}?{key}-view={view['id']}")
