"""What may everybody open? The first page, the stages, approved decisions, the rule book, the list of open data."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from dure.cycle.stages import STAGES, stage
from dure.portal.kit.downloads import as_csv, as_svg
from dure.portal.kit.kept import Kept, Page, has_no_session
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.section import TARGET, alone, section
from dure.portal.kit.shown import Chart
from dure.portal.kit.wording.about import about_each, heading
from dure.portal.kit.wording.book import book, programme_title, rule, written
from dure.portal.kit.wording.book import title as rule_title
from dure.portal.kit.wording.numbers import number
from dure.portal.subjects.buildout.explanation import capacity_chart
from dure.portal.subjects.calls.opened import STAGES as STAGES_OF_CALLS
from dure.portal.subjects.calls.opened import next_change, open_calls
from dure.portal.subjects.decisions.explained import explained_all
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import approved_at, approved_entries, approved_or_404, filed_all
from dure.portal.subjects.decisions.lists import OPEN, with_abouts
from dure.portal.subjects.decisions.page import chart_of, decision_page, table_of
from dure.portal.subjects.programme import overview
from dure.portal.subjects.programme.brief import brief, figures
from dure.portal.subjects.programme.calendar import Milestone, calendar
from dure.portal.subjects.rounds.summary import RoundSummary, summaries
from dure.records.journal import queries as journal

MOST_DRAWN, MOST_SHARES, MOST_SHOWN = 16, 64, 10


class Content(NamedTuple):
    """What stands on the first page, and until when: a call opens or closes without an act."""

    html: SafeString
    until: dt.datetime | None


_contents: Kept[Content] = Kept()
_pages: Kept[Page] = Kept()


def home(request: HttpRequest) -> HttpResponse:
    """The whole programme on one screen; made once after each act, for all who read it in one language."""
    if request.GET:
        return _around(request, _content(request.GET).html)
    key = get_language(), timezone.localdate()  # what is in force changes by the day
    if has_no_session(request):
        return _pages.get(key, lambda: _whole(request), until=lambda page: page.until).answer(request)
    return _around(request, _contents.get(key, lambda: _content({}), until=lambda content: content.until).html)


def _whole(request: HttpRequest) -> Page:
    made = _content({})
    return Page(_around(request, made.html).content, made.until)


def _around(request: HttpRequest, content: SafeString) -> HttpResponse:
    return render(request, "programme/home.html", {"content": content})


def _content(asked: Mapping[str, str]) -> Content:
    """What stands on the first page, alike for all readers; five statements, and one more after a new build-out forecast."""
    found = figures()
    builds = filed_all(journal.approved_in(decision="buildout", programme=book().programme), {})
    build = next((each for each in reversed(builds) if each.subject == book().programme), None)
    planned = calendar((Milestone(**each) for each in found["milestones"] or ()), build)
    charts = {"calendar": planned, "capacity": _capacity(build) if build else None}
    stages_ = [overview.decided(found, each.key) for each in STAGES]
    context = {
        "programme": programme_title(),
        "open_calls": open_calls(found),
        "arms": overview.arms(found),
        "money": overview.money(found),
        "money_seq": overview.decided(found, "budget").seq,
        "rounds": [{"of": each, "shares": _shares(each, asked)} for each in summaries()],
        "sections": {
            key: section(chart, asked, files=_files(build.seq if build and key == "capacity" else None))
            for key, chart in charts.items()
            if chart
        },
        "forecasts": section(overview.forecasts(builds), asked),
        "assumed": _assumed(get_language()),
        "decisions": sum(each.approved for each in stages_),
        "updated": max((each.at for each in stages_ if each.at), key=dt.datetime.fromisoformat, default=None),
    }
    return Content(render_to_string("programme/_home.html", context), next_change(found))


_drawn: OrderedDict[tuple[str | None, str], SafeString] = OrderedDict()


def _shares(summary: RoundSummary, asked: Mapping[str, str]) -> SafeString:
    """The shares of a round with their table, drawn once a language as long as they are the same."""
    if asked:
        return _written_section(summary, asked)
    key = (get_language(), repr((summary.seq, summary.alone, summary.plan.round.sectors, summary.plan.sector_use)))
    if key not in _drawn:
        _drawn[key] = _written_section(summary, asked)
        while len(_drawn) > MOST_SHARES:
            _drawn.popitem(last=False)
    return _drawn[key]


def _written_section(summary: RoundSummary, asked: Mapping[str, str]) -> SafeString:
    made = section(summary.shares(), asked, files=_files(summary.seq))
    return render_to_string("dure/_section.html", {"section": made})


_capacities: dict[tuple[str, str | None], Chart] = {}


def _capacity(build: Filed) -> Chart:
    """The drawing of that forecast with the goal; a filed forecast never changes, so that it is drawn once a language."""
    key = (build.hash, get_language())
    if key not in _capacities:
        goal = rule("programme/target_gpus")
        target = (_("Goal: %(n)s GPUs") % {"n": number(goal.values[-1].value)}, goal.values[-1].value) if goal else None
        if len(_capacities) >= MOST_DRAWN:
            _capacities.clear()
        _capacities[key] = capacity_chart(build, goal=target)
    return _capacities[key]


@cache
def _assumed(language: str | None) -> SafeString:
    """What the rule book assumes, in that language: the book is read once, when the process starts."""
    del language
    rows = [{**each, "title": rule_title(each["rule"]), "shown": _written(each)} for each in overview.assumed_rules()]
    return render_to_string("programme/_assumed.html", {"assumed": rows})


def _files(seq: int | None) -> str:
    """Where a drawing's table can be had as a file: below the decision that it comes from."""
    return reverse("public:decision", kwargs={"seq": seq}) if seq else reverse("public:open_data")


def _written(reading: dict[str, Any]) -> str:
    found = rule(reading["rule"])
    return written(reading["value"], found.unit if found else "")


def stages(request: HttpRequest) -> HttpResponse:
    """The sixteen stages with what each is about."""
    return render(request, "programme/stages.html", {"arms": overview.arms(figures())})


def stage_page(request: HttpRequest, key: str) -> HttpResponse:
    """One stage: what was decided there, the newest first; beyond the newest few, the list of all."""
    if key not in {each.key for each in STAGES}:
        raise Http404
    this, found = stage(key), figures()
    approved = approved_at(key)
    entries = list(approved[:MOST_SHOWN])
    named = about_each(entries)
    decided = [
        {
            "filed": told.filed(each),
            "heading": heading(each.decision, named[each.decision, each.subject]),
            "subject": named[each.decision, each.subject].id,
            "shown": told.shown,
        }
        for each, told in zip(entries, explained_all(entries), strict=True)
    ]
    place = STAGES.index(this)
    context = {
        "stage": this,
        "name": overview.stage_name(this),
        "decided": decided,
        "in_all": approved.count() if len(entries) == MOST_SHOWN else len(entries),
        "open_calls": open_calls(found, stage=key) if key in STAGES_OF_CALLS.values() else None,
        "waiting": overview.decided(found, key).waiting,
        "recorded": brief(key, found),
        "before": STAGES[place - 1] if place else None,
        "after": STAGES[place + 1] if place + 1 < len(STAGES) else None,
        "before_name": overview.stage_name(STAGES[place - 1]) if place else "",
        "after_name": overview.stage_name(STAGES[place + 1]) if place + 1 < len(STAGES) else "",
    }
    return render(request, "programme/stage.html", context)


@vary_on_headers(TARGET)
def decision(request: HttpRequest, seq: int) -> HttpResponse:
    """One approved decision, explained."""
    files = reverse("public:decision", kwargs={"seq": seq})
    page = decision_page(approved_or_404(seq), request.GET, files=files, public=True, only=alone(request))
    return render(request, "programme/decision.html", {"page": page})


def decision_table(request: HttpRequest, seq: int, table: str) -> HttpResponseBase:
    """One public table of an approved decision as CSV."""
    del request
    found = table_of(approved_or_404(seq), table, public=True)
    if found is None or not found.columns:
        raise Http404
    return as_csv(found, name=f"dure-{seq}-{table}")


def decision_drawing(request: HttpRequest, seq: int, drawing: str) -> HttpResponse:
    """One public drawing of an approved decision as SVG."""
    del request
    found = chart_of(approved_or_404(seq), drawing, public=True)
    if found is None:
        raise Http404
    return as_svg(found, name=f"dure-{seq}-{drawing}")


def open_data(request: HttpRequest) -> HttpResponseBase:
    """Everything that is handed out as files."""
    context = {"heading": _("Open data"), "says": _(
        "Every approved decision as JSON with its public tables, rules and hashes; each table is on the decision's page as CSV. "
        "What concerns one applicant is not published."
    )}  # fmt: skip
    bound = Bound(OPEN, approved_entries(), "public", with_abouts)
    return respond(request, [bound], context, template="programme/open_data.html")
