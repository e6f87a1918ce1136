"""What may everybody open? The first page, the stages, approved decisions, the rule book, the list of open data, log-in."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext as _said

from dure.cycle.stages import STAGES, stage
from dure.portal.public import programme
from dure.portal.shared import in_force
from dure.portal.shared.calendar import calendar
from dure.portal.shared.chrome import DESKS
from dure.portal.shared.decision_page import chart_of, decision_page, heading, section, table_of
from dure.portal.shared.downloads import as_csv, as_svg
from dure.portal.shared.explain import explain
from dure.portal.shared.explain.allocation import round_figures, sectors_chart
from dure.portal.shared.explain.buildout import capacity_chart
from dure.portal.shared.gate import Route
from dure.portal.shared.journal import approved_or_404, filed, organisation_names
from dure.portal.shared.shown import Column, Table
from dure.portal.shared.wording.book import book, rule, written
from dure.portal.shared.wording.book import title as rule_title
from dure.portal.shared.wording.numbers import date, korean, number
from dure.records.journal import queries as journal


def home(request: HttpRequest) -> HttpResponse:
    """The whole programme on one screen."""
    names = organisation_names()
    decisions = in_force.decisions_in_force(names)
    money, build, round_ = (decisions.get(each) for each in ("budget", "buildout", "allocation"))
    goal = rule("programme/target_gpus")
    target = (_("Goal: %(n)s within 2025") % {"n": number(goal.values[-1].value)}, goal.values[-1].value) if goal else None
    charts = {
        "calendar": calendar(book().programme),
        "capacity": capacity_chart(build, goal=target) if build else None,
        "shares": sectors_chart(round_) if round_ else None,
    }
    received, synthetic = programme.received()
    context = {
        "arms": programme.arms(names),
        "money": programme.money(money),
        "money_seq": money.seq if money else None,
        "round": round_figures(round_, received=received) if round_ else [],
        "round_filed": round_,
        "synthetic": synthetic,
        "sections": {
            key: section(chart, request.GET, files=_files(key, build, round_)) for key, chart in charts.items() if chart
        },
        "forecasts": section(programme.forecasts(), request.GET),
        "assumed": [
            {**each, "title": rule_title(each["rule"]), "shown": _written(each), "read_by": ", ".join(each["read_by"])}
            for each in programme.assumed_rules(decisions.values())
        ],
        "decisions": list(decisions.values()),
        "updated": max((each.ruling.at for each in decisions.values() if each.ruling), default=None),
    }
    return render(request, "public/home.html", context)


def _files(key: str, build: Any, round_: Any) -> str:
    """Where a drawing's table lies as a file: below the decision that it comes from."""
    of = {"capacity": build, "shares": round_}.get(key)
    return reverse("public:decision", kwargs={"seq": of.seq}) if of else reverse("public:open_data")


def _written(reading: dict[str, Any]) -> str:
    found = rule(reading["rule"])
    return written(reading["value"], found.unit if found else "")


def stages(request: HttpRequest) -> HttpResponse:
    """The sixteen stages with what each is about."""
    return render(request, "public/stages.html", {"arms": programme.arms(organisation_names())})


def stage_page(request: HttpRequest, key: str) -> HttpResponse:
    """One stage: what was decided there, in order."""
    if key not in {each.key for each in STAGES}:
        raise Http404
    this, names = stage(key), organisation_names()
    entries = in_force.by_stage(journal.entries(kind="recommendation"))[key]
    decided = [
        {"filed": one, "heading": heading(one.decision, one.subject), "shown": explain(one).only_public()}
        for one in (filed(entry, names) for entry in reversed(in_force.approved_of(entries)))
    ]
    waiting = sum(entry.is_pending for entry in entries)
    place = STAGES.index(this)
    context = {
        "stage": this,
        "name": programme.stage_name(this),
        "other_name": this.en if korean() else this.ko,
        "decided": decided,
        "waiting": waiting,
        "recorded": programme.recorded(key, programme.procurement, programme.supply),
        "before": STAGES[place - 1] if place else None,
        "after": STAGES[place + 1] if place + 1 < len(STAGES) else None,
        "before_name": programme.stage_name(STAGES[place - 1]) if place else "",
        "after_name": programme.stage_name(STAGES[place + 1]) if place + 1 < len(STAGES) else "",
    }
    return render(request, "public/stage.html", context)


def decision(request: HttpRequest, seq: int) -> HttpResponse:
    """One approved decision, explained."""
    one = filed(approved_or_404(seq))
    page = decision_page(one, request.GET, files=reverse("public:decision", kwargs={"seq": seq}), public=True)
    return render(request, "public/decision.html", {"page": page})


def decision_table(request: HttpRequest, seq: int, table: str) -> HttpResponse:
    """One public table of an approved decision as CSV."""
    del request
    found = table_of(filed(approved_or_404(seq)), table, public=True)
    if found is None or not found.columns:
        raise Http404
    return as_csv(found, name=f"dure-{seq}-{table}")


def decision_drawing(request: HttpRequest, seq: int, drawing: str) -> HttpResponse:
    """One public drawing of an approved decision as SVG."""
    del request
    found = chart_of(filed(approved_or_404(seq)), drawing, public=True)
    if found is None:
        raise Http404
    return as_svg(found, name=f"dure-{seq}-{drawing}")


def rules(request: HttpRequest) -> HttpResponse:
    """The rule book: every value with its source and standing."""
    rows = [
        {
            "rule": rule_title(each.name),
            "name": each.name,
            "value": written(value.value, each.unit),
            "standing": _("Assumed") if value.status == "assumed" else _("Enacted"),
            "standing_tone": "assumed" if value.status == "assumed" else "good",
            "since": value.since.isoformat(),
            "source": _source(value.source),
            "note": _said(value.note) if value.note else "",
        }
        for each in sorted(book().rules.values(), key=lambda each: each.name)
        for value in each.values
    ]  # fmt: skip
    columns = [
        Column("rule", _("Rule")), Column("name", _("Name"), "code"), Column("value", _("Value")),
        Column("standing", _("Standing"), "badge"),
        Column("since", _("In force since"), "date"), Column("source", _("Source")), Column("note", _("Note")),
    ]  # fmt: skip
    table = Table("rules", _("Rule book"), columns, rows)
    if request.GET.get("format") == "csv":
        return as_csv(table, name="dure-rules")
    assumed = sum(row["standing_tone"] == "assumed" for row in rows)
    made = section(table, request.GET, filter_by="standing")
    context = {"section": made, "all": len(rows), "assumed": assumed, "enacted": len(rows) - assumed}
    return render(request, "public/rules.html", context)


def _source(source: Any) -> str:
    published = date(source.published) if source.published else ""
    return " ".join(filter(None, (_said(source.name), source.article, published)))


def open_data(request: HttpRequest) -> HttpResponse:
    """Everything that is handed out as files."""
    rows = [
        {"filed": one, "heading": heading(one.decision, one.subject), "tables": explain(one).only_public().tables()}
        for one in in_force.decisions_in_force().values()
    ]
    return render(request, "public/open_data.html", {"rows": rows})


def login(request: HttpRequest) -> HttpResponse:
    """Name and password; afterwards to the page that was asked for, or to the person's desk."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    form = AuthenticationForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = form.get_user()
        start_session(request, person)
        return redirect(_here(request, wanted) or _first_desk(person))
    return render(request, "dure/login.html", {"form": form, "next": wanted}, status=403 if form.errors else 200)


def _first_desk(person: Any) -> str:
    return next((reverse(f"{desk}:list") for desk in DESKS if desk in person.desks), reverse("public:home"))


def _here(request: HttpRequest, address: str) -> str:
    """The address, if it leads nowhere else."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return address if safe else ""


def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("public:home")


def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in which this reader wants the pages."""
    response = redirect(_here(request, request.POST.get("next", "")) or reverse("public:home"))
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure()
        )
    return response


ROUTES = [
    Route("", "home", home),
    Route("stages/", "stages", stages),
    Route("stages/<slug:key>/", "stage", stage_page),
    Route("decisions/<int:seq>/", "decision", decision),
    Route("decisions/<int:seq>/<slug:table>.csv", "decision_table", decision_table),
    Route("decisions/<int:seq>/<slug:drawing>.svg", "decision_drawing", decision_drawing),
    Route("rules/", "rules", rules),
    Route("open-data/", "open_data", open_data),
    Route("login/", "login", login, methods=("GET", "HEAD", "POST")),
    Route("logout/", "logout", logout, methods=("POST",)),
    Route("language/", "language", language, methods=("POST",)),
]
