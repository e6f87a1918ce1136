"""Makes a file in the background: opens its address as the person who asked for it, and keeps what that answers."""

import tempfile
from contextlib import closing
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters
from django.utils.translation import override

from dure.cycle.working.files import Made, kept
from dure.cycle.working.kinds import Ending
from dure.formats.errors import BadInput
from dure.portal.kit.later.request import Making, Says
from dure.portal.kit.personal.noted import apart
from dure.portal.kit.personal.recording import shown
from dure.records.journal.readers import reading_as


def make(job: Any, says: Says) -> Ending:
    """The file at the job's address, as its asker may read it now; raises `BadInput` where they may not any more."""
    request = Making(job.inputs["address"], job.asked_by, says, reason=job.inputs.get("reason", ""))
    with override(job.inputs["language"]), apart():
        return kept(job, _written(request), also=request.at_the_end)


def _written(request: Making) -> Made:
    """What the address answers, written to a file of this process, which ends with it."""
    with reading_as(request.user.pk):
        return _content(request)


def _content(request: Making) -> Made:
    response = _opened(request)
    if response.status_code >= 500:
        raise RuntimeError(f"{request.path} answered {response.status_code}")
    name = parse_header_parameters(response.headers.get("Content-Disposition", ""))[1].get("filename", "")
    if response.status_code != 200 or not name:
        raise _no_longer(request)
    content = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it is kept
    try:
        with closing(response):
            content.writelines(response)
    except BaseException:
        content.close()
        raise
    return Made(content, name, response.headers["Content-Type"], request.rows)


def _opened(request: Making) -> HttpResponseBase:
    """Through the gate of its route, as every request; what is the person's no longer is not there."""
    if not request.user.is_active:
        raise _no_longer(request)
    view, arguments, named = request.named
    try:
        answer: HttpResponseBase = shown(request, view(request, *arguments, **named))
    except Http404 as error:
        raise _no_longer(request) from error
    return answer


def _no_longer(request: Making) -> BadInput:
    return BadInput("there is no such list for you any more.", where=request.path, todo="Ask the agency.", code="no_longer_yours")
