"""How one wants to be told: by kind, in which language, at which hour; the calendar's address; and links that stop mails."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from dure.cycle.notifying import preferences
from dure.cycle.notifying.kinds import KINDS
from dure.portal.kit.links import link_to
from dure.portal.subjects.notifications.texts import TEXTS

WAYS = {
    "portal": _("On the pages alone"),
    "digest": _("In the mail of the day"),
    "at_once": _("By a mail at once"),
}


class WishesForm(forms.Form):
    """Language, hour and zone; and a field for each kind, named after it."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    hour = forms.TypedChoiceField(choices=[(each, f"{each:02}:00") for each in range(24)], coerce=int)
    zone = forms.ChoiceField()

    def __init__(self, kept: Any, *given: Any) -> None:
        super().__init__(*given)
        self.initial = {"language": kept.language, "hour": kept.hour, "zone": kept.zone}
        self.fields["zone"].choices = [(each, each) for each in sorted(zoneinfo.available_timezones())]  # type: ignore[attr-defined]
        for kind in KINDS:
            choices = [(way, WAYS[way]) for way in kind.ways]
            label = gettext(TEXTS[kind.key].called)
            initial = kind.way(kept.ways.get(kind.key))
            self.fields[kind.key] = forms.ChoiceField(choices=choices, label=label, initial=initial)


def wishes(request: HttpRequest) -> HttpResponse:
    """The form of all that one can choose."""
    person: Any = request.user
    form = WishesForm(preferences.usual(person), *((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        own = {key: given.pop(key) for key in ("language", "hour", "zone")}
        preferences.prefer(person, at=timezone.now(), **own, ways=given)
        messages.success(request, gettext("Your wishes are saved."), extra_tags="good")
        return redirect("notification_wishes")
    page = {
        "form": form,
        "address": preferences.usual(person).person.email,
        "address_href": f"{reverse('acts:act', kwargs={'name': 'set_address'})}?person={person.uid}",
        "calendar": preferences.usual(person).calendar_digest,
    }
    return render(request, "notifications/wishes.html", page, status=422 if form.errors else 200)


def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make the address of one's calendar, which is shown once, or end it."""
    person: Any = request.user
    if request.POST.get("do") == "close":
        preferences.close_calendar(person, at=timezone.now())
        messages.success(request, gettext("The calendar has no address any more."), extra_tags="good")
        return redirect("notification_wishes")
    secret = preferences.open_calendar(person, at=timezone.now())
    link = link_to(reverse("calendar_file", kwargs={"secret": secret.token}), request)
    return render(request, "notifications/calendar.html", {"link": link})


@csrf_exempt  # a mail program posts here by itself (RFC 8058); all that the address can do is to stop mails
def stop(request: HttpRequest, secret: str) -> HttpResponse:
    """Stop the mails of a kind by the link in them, without a log-in; asked first, since programs open links by themselves."""
    found = preferences.of_stop_link(secret)
    if found is None:
        says = {
            "heading": gettext("This link stops nothing"),
            "lead": gettext("It is not whole. You can choose your mails under “My account”."),
        }
        return render(request, "people/notice.html", says, status=404)
    person, kind = found
    urgent = next((each.urgent for each in KINDS if each.key == kind), False)
    what = gettext(TEXTS[kind].called) if kind in TEXTS else gettext("The mail of the day")
    if request.method == "POST":
        preferences.stop(person, kind, at=timezone.now())
        lead = (
            gettext("It comes in the mail of the day from now on.") if urgent else gettext("No mail of this kind comes any more.")
        )
        return render(request, "people/notice.html", {"heading": what, "lead": lead})
    return render(request, "notifications/stop.html", {"what": what, "urgent": urgent})
