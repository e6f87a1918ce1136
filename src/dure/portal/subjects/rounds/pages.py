"""The pages of rounds, the same at each desk that runs them; a desk takes them in by `round_routes`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.gzip import gzip_page
from django.views.decorators.vary import vary_on_headers

from dure.formats.errors import Refused
from dure.portal.kit.acting import act, tried
from dure.portal.kit.downloads import as_csv
from dure.portal.kit.gate import LISTED, Route
from dure.portal.kit.listing import PRINT, listing
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.shown import SAFE
from dure.portal.kit.section import TARGET, Section, alone, shown_with
from dure.portal.kit.shown import Chart, Table
from dure.portal.kit.stored import each as each_of
from dure.portal.kit.wording.about import of_round
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import of_count
from dure.portal.subjects.decisions.explained import Explained, brief_of, explained, explained_parts, value_of
from dure.portal.subjects.decisions.parts import WHOLE
from dure.portal.subjects.rounds import all_rounds, leases, overview, summary
from dure.portal.subjects.rounds import application as one_application
from dure.portal.subjects.rounds.found import LATEST, chosen, chosen_or_404, recommendations, round_or_404
from dure.portal.subjects.rounds.lists import WAITING_OF_ONE_ROUND
from dure.portal.subjects.rounds.parts import APPLICATIONS, PICTURE, ROUND, SERVERS, WAITING
from dure.portal.subjects.rounds.progress import progress_of, why_not
from dure.records.allocation import access, queries
from dure.records.demand import access as demand_access

NO_KEY = "~"  # stands for a key that is put in later


class Addresses:
    """Where a desk's pages of one round lie; the recommendation looked at stays the same from page to page."""

    def __init__(self, desk: str, round_id: str, plan: str = LATEST) -> None:
        self.desk, self.round_id, self.plan = desk, round_id, plan

    def of_round(self, page: str = "") -> str:
        """The address of a page of the round as a whole."""
        return reverse(f"{self.desk}:round{page}", kwargs={"round_id": self.round_id})

    def of_plan(self, page: str = "", **given: Any) -> str:
        """The address of a page of the recommendation looked at."""
        return reverse(f"{self.desk}:plan{page}", kwargs={"round_id": self.round_id, "plan": self.plan, **given})

    @cached_property
    def _around_application(self) -> tuple[str, str]:
        before, _mark, after = self.of_plan("_application", key=NO_KEY).rpartition(NO_KEY)
        return before, after

    def application(self, key: str) -> str:
        """The address of one application in the recommendation looked at; a round has many thousands."""
        before, after = self._around_application
        return f"{before}{quote(key, safe=SAFE)}{after}"


def _part(shown: Chart | Table, request: HttpRequest, to: Addresses) -> Section:
    """A part of a page, with its file where there is one; applications lead to what became of them."""
    shown = _leading(shown, to)
    table = shown.table if isinstance(shown, Chart) else shown
    csv = to.of_plan("_table", table=table.key) if table.key in TABLES else ""
    made = listing(table, request.GET, csv=csv)
    asked = table.key in OPEN or any(key.startswith(f"{table.key}-") or key == PRINT for key in request.GET)
    return Section(made, shown if isinstance(shown, Chart) else None, asked)


def _leading(shown: Chart | Table, to: Addresses) -> Chart | Table:
    if isinstance(shown, Chart) or shown.key not in LEADING:
        return shown
    columns = [replace(each, kind="link") if each.key == "application" else each for each in shown.columns]
    rows = each_of(shown.rows, lambda row: {**row, "href": to.application(row["application"])})
    return replace(shown, columns=columns, rows=rows)


@vary_on_headers(TARGET)
def round_page(request: HttpRequest, *, desk: str, round_id: str, plan: str = LATEST) -> HttpResponse:
    """One round: solve it, see how it goes, compare methods, see shares and prices, and look into applications."""
    opened, entries, to = round_or_404(round_id), recommendations(round_id), Addresses(desk, round_id, plan)
    entry, only = chosen(entries, plan), alone(request)
    context = {**_around(opened, to), **({} if only else _solving(request, opened, to))}
    if entry is not None:
        one, whole = explained_parts(entry, ROUND, WHOLE)
        sections = [*one.shown.sections[:-1], whole.shown.table(APPLICATIONS), one.shown.sections[-1]]
        past = None if only not in {"", "history"} else _history(entries, entry, one, desk)
        context |= {
            "filed": one.filed(entry),
            "headline": one.shown.headline,
            "stopped": one.shown.warning,
            **_figures(opened, entry, entries, one),
            "sections": [_part(each, request, to) for each in shown_with((*sections, past), only)],
            "decision_href": reverse(f"{desk}:decision", kwargs={"seq": entry.seq}),
            "public_href": reverse("public:decision", kwargs={"seq": entry.seq}) if entry.is_approved else "",
        }
    return render(request, "rounds/round.html", context)


def _figures(opened: Any, entry: Any, entries: Sequence[Any], one: Explained) -> dict[str, Any]:
    """What the recommendation says; of the one that was carried out last, what all grants of the round come to by now."""
    if not entry.is_approved or any(each.is_approved and each.seq > entry.seq for each in entries):
        return {"figures": one.shown.figures}
    sums = queries.round_totals([opened])[opened.pk]
    now = summary.given(sums, received=sums["received"] if opened.user_call_id else None)
    return {"figures": [*now, *one.shown.figures[len(now) :]], "of_round": True}


def _history(entries: Sequence[Any], entry: Any, one: Explained, desk: str) -> Table:
    briefs = {entry.seq: one.brief} | brief_of([each for each in entries if each.seq != entry.seq], ROUND)
    return overview.history(entries, briefs, entry.seq, lambda seq: Addresses(desk, entry.subject, str(seq)).of_plan())


def _around(opened: Any, to: Addresses) -> dict[str, Any]:
    return {
        "heading": of_round(opened),
        "round_id": opened.pk,
        "rounds_href": reverse(f"{to.desk}:rounds"),
        "round_href": to.of_plan(),
        "servers_href": to.of_plan("_servers"),
        "waiting_href": to.of_plan("_waiting"),
        "waiting_count": queries.waiting(opened).count(),
    }


def _solving(request: HttpRequest, opened: Any, to: Addresses) -> dict[str, Any]:
    return {
        "progress": progress_of(opened),
        "may_solve": access.may_solve(request.user),
        "solve_href": to.of_round("_solve"),
        "stop_href": to.of_round("_stop"),
        "progress_href": to.of_round("_progress"),
        "latest_href": to.of_round(),
    }


def progress(request: HttpRequest, *, desk: str, round_id: str) -> HttpResponse:
    """The part of the page that tells of the run; when it has ended, the whole page is asked for again."""
    opened, to = round_or_404(round_id), Addresses(desk, round_id)
    if not request.headers.get("HX-Request"):
        return redirect(to.of_round())
    context = _solving(request, opened, to)
    response = render(request, "rounds/_solve.html", context)
    if context["progress"] is None or not context["progress"].running:
        response.headers["HX-Redirect"] = to.of_round()
    return response


def solve(request: HttpRequest, *, desk: str, round_id: str) -> HttpResponse:
    """Start a run."""
    opened = round_or_404(round_id)
    if problem := tried(request, "solve_round", {"round": round_id}):
        messages.error(request, _("It was not started: %(why)s") % {"why": why_not(opened) or problem}, extra_tags="bad")
    else:
        messages.success(request, _("The solving has begun. You may leave this page; it goes on."))
    return redirect(Addresses(desk, round_id).of_round())


def stop(request: HttpRequest, *, desk: str, round_id: str) -> HttpResponse:
    """Stop the run, with or without filing its best plan so far."""
    round_or_404(round_id)
    try:
        stopped = act(request, "stop_solving", {"round": round_id, "file_best": request.POST.get("file") == "best"}).result
    except Refused:
        stopped = False  # it ended in the meantime
    messages.info(request, _("It stops at its next heartbeat.") if stopped else _("Nothing was running."))
    return redirect(Addresses(desk, round_id).of_round())


def application(request: HttpRequest, *, desk: str, round_id: str, plan: str, key: str) -> HttpResponse:
    """One application in the round: its best option, the prices, by how much it missed, and what would have helped."""
    opened = round_or_404(round_id)
    if not demand_access.visible_applications(request.user).filter(pk=key).exists():
        raise Http404
    entry, to = chosen_or_404(round_id, plan), Addresses(desk, round_id, plan)
    page = one_application.looked_at(opened, entry, key, request.GET)
    whole = reverse(f"{desk}:application", kwargs={"key": key}) if desk == "agency" else ""
    context = {**_around(opened, to), "page": page, "filed": page.filed, "whole": whole}
    return render(request, "rounds/application.html", context)


_ONE_WAITS = gettext_noop("%(n)s application waits; when servers come free, it is asked.")
_SEVERAL_WAIT = gettext_noop("%(n)s applications wait; when servers come free, they are asked in this order.")


def waiting_list(request: HttpRequest, *, desk: str, round_id: str, plan: str) -> HttpResponseBase:
    """Who waits, in order."""
    opened, to = round_or_404(round_id), Addresses(desk, round_id, plan)
    around = _around(opened, to)
    if around["waiting_count"]:
        says = of_count(around["waiting_count"], _ONE_WAITS, _SEVERAL_WAIT) % {"n": number(around["waiting_count"])}
        rows = queries.waiting_places(access.visible_waiting(request.user)).filter(round=opened)
        return respond(
            request, [Bound(WAITING_OF_ONE_ROUND, rows, desk)], {**around, "says": says}, template="rounds/waiting.html"
        )
    entry = chosen(recommendations(round_id), plan)
    tables = explained(entry, WAITING).shown.tables() if entry else []
    says = _("Nobody waits yet; the recommendation proposes %(n)s places.") % {
        "n": number(sum(len(each.rows) for each in tables))
    }
    context = {**around, "says": says, "sections": [_part(each, request, to) for each in tables]}
    return render(request, "rounds/waiting.html", context)


@vary_on_headers(TARGET)
def servers_page(request: HttpRequest, *, desk: str, round_id: str, plan: str) -> HttpResponse:
    """Every server over the weeks of the round."""
    opened, entry, to = round_or_404(round_id), chosen_or_404(round_id, plan), Addresses(desk, round_id, plan)
    found = explained(entry, SERVERS)
    parts = [_part(each, request, to) for each in shown_with(found.shown.sections, alone(request))]
    context = {**_around(opened, to), "filed": found.filed(entry), "sections": parts,
               "data_href": to.of_plan("_picture"), "application_href": to.application(NO_KEY)}  # fmt: skip
    return render(request, "rounds/servers.html", context)


@gzip_page
def picture(request: HttpRequest, *, desk: str, round_id: str, plan: str) -> HttpResponse:
    """The data of the picture."""
    del request, desk
    shown = value_of(explained(chosen_or_404(round_or_404(round_id).pk, plan), SERVERS), PICTURE)
    return JsonResponse(shown, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})


OPEN = frozenset({"methods", "sectors"})  # tables that are read with their drawing, not behind it
LEADING = frozenset({"applications", "grants", "waiting"})
# What can be had as a file, and the part in which it stands.
TABLES = {
    "methods": ROUND, "sectors": ROUND, "prices": ROUND, "grants": ROUND, "applications": WHOLE,
    "use": SERVERS, "servers": SERVERS, "waiting": WAITING,
}  # fmt: skip


def table_file(request: HttpRequest, *, desk: str, round_id: str, plan: str, table: str) -> HttpResponseBase:
    """One table of the round as CSV."""
    del request, desk
    entry = chosen_or_404(round_or_404(round_id).pk, plan)
    found = explained(entry, TABLES[table]).shown.table(table) if table in TABLES else None
    if found is None:
        raise Http404
    return as_csv(found, name=f"dure-{entry.seq}-{table}")


def round_routes(desk: str) -> list[Route]:
    """The addresses of rounds at that desk; the plan is a number in the journal, or `latest`."""

    def at(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def bound(request: HttpRequest, **given: Any) -> HttpResponseBase:
            return view(request, desk=desk, **given)

        return bound

    of_round, of_plan = "rounds/<str:round_id>/", "rounds/<str:round_id>/plans/<str:plan>/"
    return [
        Route("rounds/", "rounds", at(all_rounds.rounds), desk, "desk", LISTED, menu=gettext_noop("Rounds")),
        Route("grants/", "grants", at(leases.grants), desk, "desk", LISTED, menu=gettext_noop("Grants")),
        Route("waiting/", "waiting", at(leases.waiting), desk, "desk", LISTED, menu=gettext_noop("Waiting list")),
        Route(of_round, "round", at(round_page), desk, "desk"),
        Route(f"{of_round}progress/", "round_progress", at(progress), desk, "desk"),
        Route(f"{of_round}solve/", "round_solve", at(solve), desk, "desk", ("POST",)),
        Route(f"{of_round}stop/", "round_stop", at(stop), desk, "desk", ("POST",)),
        Route(of_plan, "plan", at(round_page), desk, "desk"),
        Route(f"{of_plan}waiting/", "plan_waiting", at(waiting_list), desk, "desk", LISTED),
        Route(f"{of_plan}servers/", "plan_servers", at(servers_page), desk, "desk"),
        Route(f"{of_plan}servers.json", "plan_picture", at(picture), desk, "desk"),
        Route(f"{of_plan}tables/<slug:table>.csv", "plan_table", at(table_file), desk, "desk"),
        Route(f"{of_plan}applications/<path:key>/", "plan_application", at(application), desk, "desk"),
    ]
