"""One's notices: unread ones, all of them by page and search, and what each leads to."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.cycle.notifying.preferences import mark_read
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List
from dure.portal.kit.lists.shown import leading_to
from dure.portal.subjects.notifications import texts
from dure.records.notifications import access, queries

READ = {"unread": Q(read_at=None), "read": Q(read_at__isnull=False)}
STATES = {"unread": _("New"), "read": _("Read")}


def _kinds() -> list[tuple[str, str]]:
    return [(key, gettext(each.called)) for key, each in texts.TEXTS.items()]


def matching(word: str) -> Q:
    """Notices of a kind whose name or sentence holds the word, or whose subject does."""
    wanted = word.casefold()
    kinds = [key for key, each in texts.TEXTS.items() if wanted in f"{gettext(each.called)} {gettext(each.says)}".casefold()]
    return Q(kind__in=kinds) | Q(about__icontains=word)


NOTICES = List(
    key="notices",
    title=_("Notifications"),
    columns=(
        Column(key="made_at", label=_("When"), kind="instant"),
        Column(
            key="what", label=_("What"), source="kind", kind="link", sortable=False,
            uses=("facts", "about", "number", "ends"),
            show=lambda row: row["said"], href=leading_to("notification", "pk", key="number", sample=0, of_desk=False),
        ),
        Column(key="until", label=_("Act by"), kind="instant", nullable=True),
        Column(
            key="state", label=_("State"), kind="badge", source="read_at", nullable=True, sortable=False,
            show=lambda row: str(STATES["read" if row["state"] else "unread"]), tone=lambda row: "" if row["state"] else "wait",
        ),
    ),
    order="-made_at",
    extra={"facts": "facts", "about": "about", "number": "id", "ends": "until"},
    filters=(
        Choice(key="read", label=_("State"), choices=lambda: list(STATES.items()), where=lambda value: READ[value]),
        Choice(key="kind", label=_("Kind"), choices=_kinds, field="kind"),
        DateRange(key="on", label=_("When"), field="made_at"),
    ),
    search=matching,
    searched=_("What happened, or its number"),
    empty=_("You have no notices yet. What happens to your applications, invoices or decisions will stand here."),
)  # fmt: skip


def notices(request: HttpRequest) -> HttpResponseBase:
    """The person's notices, the latest first."""
    person: Any = request.user

    def enrich(rows: list[dict[str, Any]]) -> None:
        listed = [{**row, "until": row["ends"], "kind": row["what"]} for row in rows]
        named = texts.subjects(listed, person)
        for row, each in zip(rows, listed, strict=True):
            row["said"] = texts.says(each["kind"], texts.values_of(each, named))

    page = {
        "heading": gettext("Notifications"),
        "says": gettext("What happened to your things, and what you have to do."),
        "outbox": queries.outbox() if person.desks & {"agency", "operator", "auditor"} else None,
        "mail_goes_out": mail_goes_out(),
    }
    bound = Bound(NOTICES, access.visible_notifications(person), "", enrich=enrich)
    return respond(request, [bound], page, template="notifications/inbox.html")


def mail_goes_out() -> bool:
    """Is there a server by which mail goes out?"""
    from django.conf import settings

    return bool(settings.DURE_MAIL.host)


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """To what a notice is about; it is read with that."""
    person: Any = request.user
    row = access.visible_notifications(person).filter(pk=pk).values("id", "kind", "about", "facts", "until").first()
    if row is None:
        raise Http404
    mark_read(person, at=timezone.now(), only=[pk])
    return redirect(texts.leads_to(row, person))


def mark(request: HttpRequest) -> HttpResponse:
    """Mark all as read, or these as read or unread again."""
    person: Any = request.user
    chosen = [int(each) for each in request.POST.getlist("chosen") if each.isdecimal()]
    only = None if request.POST.get("which") == "all" else chosen
    changed = mark_read(person, at=timezone.now(), only=only, read=request.POST.get("as") != "unread")
    messages.success(request, gettext("%(n)s notices were marked.") % {"n": changed}, extra_tags="good")
    return redirect("notifications")
