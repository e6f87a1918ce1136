"""Asks for a file that takes longer than a page, and leads to the page that says how far it is."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dure.cycle.working.files import ask_for_file
from dure.formats.errors import BadInput
from dure.portal.kit.later.request import Making
from dure.portal.kit.personal.noted import now
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.wording.language import language


def is_for_later(request: HttpRequest, rows: int, *, most: int) -> bool:
    """Is a file of so many rows to be made in the background? Not by the worker itself, nor for a visitor without log-in."""
    return rows > most and not isinstance(request, Making) and request.user.is_authenticated


def made_later(request: HttpRequest, address: str, *, name: str, back: str) -> HttpResponse:
    """Have what that address answers made into a file, once for somebody who presses twice, and lead to its page.

    `back`: the page from which they asked.
    """
    person: Any = request.user
    if request.method == "HEAD":
        return redirect("files")
    try:
        noted = now()
        inputs = {"address": address, "language": language(), "back": back, "reason": noted.reason if noted else ""}
        job = ask_for_file(person, name, inputs)
    except BadInput as refused:
        messages.error(request, say(refused), extra_tags="bad")
        return redirect("files")
    return redirect("file", job_id=job.pk)
