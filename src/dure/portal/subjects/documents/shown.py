"""The documents of one subject, as its page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.personal.seeing import who
from dure.portal.kit.wording.words import name
from dure.records.documents import access
from dure.records.parties import queries as parties

KINDS = frozenset({"application", "grant", "call", "user_call"})
# The acts by which documents come, each by the kind of its subject: where one is possible, its documents can be removed, too.
ATTACHING = {
    "application": "attach_to_application", "grant": "attach_to_grant", "call": "publish_with_provider_call",
    "user_call": "publish_with_user_call",
}  # fmt: skip


@dataclass(frozen=True)
class Attached:
    """One document. `part`: of a grant, what it supports; `remove`: where it is taken away, if that may be possible."""

    title: str
    file: str
    size: int
    digest: str
    at: Any
    by: str
    part: str
    href: str
    remove: str


@dataclass(frozen=True)
class Documents:
    """The documents of a subject. `add`: where one is attached, if that is possible now; `empty`: what is said of none."""

    listed: tuple[Attached, ...]
    add: str
    empty: str


def documents_of(kind: str, key: str, reader: Any, *, add: str = "") -> Documents | None:
    """What the reader may see of the subject's documents; nothing for kinds that have none. `add`: the address of the act."""
    found = visible(kind, key, reader)
    parties.read_roles([each.attached_by for each in found if each.organisation_id])
    listed = shown(kind, found, reader, add=add)
    if listed and not found and kind == "application" and access.hides(reader, key):
        return replace(listed, empty=_("Documents of this item are not shown to you, because you have stepped back from it."))
    return listed


def visible(kind: str, key: str, reader: Any) -> list[Any]:
    """The records of these documents; `shown` asks for the roles of those who attached them, where they are somebody's."""
    return list(access.visible_documents(reader).filter(kind=kind, subject=key)) if kind in KINDS else []


def shown(kind: str, found: Sequence[Any], reader: Any, *, add: str = "") -> Documents | None:
    """As `documents_of`, of records that were read."""
    if kind not in KINDS:
        return None
    return Documents(tuple(_attached(each, reader, removable=bool(add)) for each in found), add, str(_empty(kind)))


def _attached(document: Any, reader: Any, *, removable: bool) -> Attached:
    act = "remove_document" if document.organisation_id else "unpublish_document"
    remove = f"{reverse('acts:act', kwargs={'name': act})}?{urlencode({'document': document.pk})}"
    return Attached(
        title=document.title,
        file=document.name,
        size=document.size,
        digest=document.digest,
        at=document.attached_at,
        by=who(document.attached_by, reader) if document.organisation_id else "",
        part=name(document.part) if document.part else "",
        href=reverse("document", kwargs={"key": document.pk}),
        remove=remove if removable else "",
    )


def _empty(kind: str) -> str:
    return {
        "application": _("No document is attached. Its organisation can attach some until the deadline of the call."),
        "grant": _("No document is attached. They come with an answer to a notice, an appeal or a report."),
    }.get(kind, _("No document is published with it."))
