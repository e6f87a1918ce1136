"""What may be done to an application and to its grants, for the page on which its organisation reads its result."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from dure.portal.kit.acting import context_of
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.possible import Possible, possible
from dure.portal.subjects.objects.pages import KINDS
from dure.portal.subjects.objects.shape import Seen
from dure.records.allocation import queries as allocation


@dataclass(frozen=True)
class Belonging:
    """A subject of the application, its state in words, and the acts on it that are possible now."""

    label: str
    href: str
    seen: Seen
    now: list[Possible]


def of_application(request: HttpRequest, key: str) -> list[Belonging]:
    """The application itself and each of its grants, as far as the reader sees them."""
    wanted = [("application", key), *(("grant", each.pk) for each in allocation.grants_of(key))]
    return [found for kind, one in wanted if (found := _belonging(request, kind, one))]


def _belonging(request: HttpRequest, kind: str, key: str) -> Belonging | None:
    seen = KINDS[kind].see(key, request.user)
    if seen is None:
        return None
    acts = possible(kind, key, context_of(request), unfit=seen.unfit)
    href = reverse("objects:one", kwargs={"kind": kind, "key": key})
    return Belonging(f"{name(kind)} {key}", href, seen, [each for each in acts if each.href])
