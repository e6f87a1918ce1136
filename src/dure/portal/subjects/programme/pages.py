"""What may everybody open? The first page, the stages, approved decisions, the rule book, the list of open data."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext as _said

from dure.cycle.stages import STAGES, stage
from dure.portal.kit.downloads import as_csv, as_svg
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.book import book, rule, written
from dure.portal.kit.wording.book import title as rule_title
from dure.portal.kit.wording.numbers import date, korean, number
from dure.portal.subjects.buildout.explanation import capacity_chart
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.journal import approved_by_stage, approved_or_404, carried, filed, organisation_names
from dure.portal.subjects.decisions.page import chart_of, decision_page, heading, table_of
from dure.portal.subjects.programme import overview
from dure.portal.subjects.programme.brief import brief, figures
from dure.portal.subjects.programme.calendar import calendar
from dure.portal.subjects.rounds.summary import summaries


def home(request: HttpRequest) -> HttpResponse:
    """The whole programme on one screen."""
    build = carried("buildout", book().programme)
    goal = rule("programme/target_gpus")
    target = (_("Goal: %(n)s GPUs") % {"n": number(goal.values[-1].value)}, goal.values[-1].value) if goal else None
    rounds = summaries()
    charts = {"calendar": calendar(book().programme), "capacity": capacity_chart(build, goal=target) if build else None}
    decided = approved_by_stage()
    entries = [entry for of_stage in decided.values() for entry in of_stage]
    context = {
        "arms": overview.arms(decided),
        "money": overview.money(),
        "money_seq": decided["budget"][-1].seq if decided["budget"] else None,
        "rounds": [{"of": each, "shares": section(each.shares, request.GET, files=_files(each.seq))} for each in rounds],
        "sections": {
            key: section(chart, request.GET, files=_files(build.seq if build and key == "capacity" else None))
            for key, chart in charts.items()
            if chart
        },
        "forecasts": section(overview.forecasts(), request.GET),
        "assumed": [{**each, "title": rule_title(each["rule"]), "shown": _written(each)} for each in overview.assumed_rules()],
        "decisions": len(entries),
        "updated": max((each.answered.at for each in entries), default=None),
    }
    return render(request, "programme/home.html", context)


def _files(seq: int | None) -> str:
    """Where a drawing's table can be had as a file: below the decision that it comes from."""
    return reverse("public:decision", kwargs={"seq": seq}) if seq else reverse("public:open_data")


def _written(reading: dict[str, Any]) -> str:
    found = rule(reading["rule"])
    return written(reading["value"], found.unit if found else "")


def stages(request: HttpRequest) -> HttpResponse:
    """The sixteen stages with what each is about."""
    return render(request, "programme/stages.html", {"arms": overview.arms(approved_by_stage())})


def stage_page(request: HttpRequest, key: str) -> HttpResponse:
    """One stage: what was decided there, in order."""
    if key not in {each.key for each in STAGES}:
        raise Http404
    this, names = stage(key), organisation_names()
    entries = approved_by_stage()[key]
    decided = [
        {"filed": one, "heading": heading(one.decision, one.subject), "shown": explain(one).only_public()}
        for one in (filed(entry, names) for entry in reversed(entries))
    ]
    place = STAGES.index(this)
    context = {
        "stage": this,
        "name": overview.stage_name(this),
        "other_name": this.en if korean() else this.ko,
        "decided": decided,
        "waiting": overview.waiting_by_stage().get(key, 0),
        "recorded": brief(key, figures()),
        "before": STAGES[place - 1] if place else None,
        "after": STAGES[place + 1] if place + 1 < len(STAGES) else None,
        "before_name": overview.stage_name(STAGES[place - 1]) if place else "",
        "after_name": overview.stage_name(STAGES[place + 1]) if place + 1 < len(STAGES) else "",
    }
    return render(request, "programme/stage.html", context)


def decision(request: HttpRequest, seq: int) -> HttpResponse:
    """One approved decision, explained."""
    one = filed(approved_or_404(seq))
    page = decision_page(one, request.GET, files=reverse("public:decision", kwargs={"seq": seq}), public=True)
    return render(request, "programme/decision.html", {"page": page})


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
    return render(request, "programme/rules.html", context)


def _source(source: Any) -> str:
    published = date(source.published) if source.published else ""
    return " ".join(filter(None, (_said(source.name), source.article, published)))


def open_data(request: HttpRequest) -> HttpResponse:
    """Everything that is handed out as files."""
    stages_ = [
        {"stage": each, "name": overview.stage_name(each), "entries": [_open(entry) for entry in reversed(entries)]}
        for each in STAGES
        if (entries := approved_by_stage()[each.key])
    ]
    return render(request, "programme/open_data.html", {"stages": stages_})


def _open(entry: Any) -> dict[str, Any]:
    return {"seq": entry.seq, "heading": heading(entry.decision, entry.subject), "approved_at": entry.answered.at}
