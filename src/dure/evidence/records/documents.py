"""Did each document come in and go by an act, and is it its organisation's? Who has a file and its title compares digests."""

from collections.abc import Iterator

from dure.evidence.comparing import compared
from dure.evidence.findings import Finding, finding
from dure.evidence.history.acts import given
from dure.evidence.holding import Held, Row
from dure.formats.canonical import digest

ATTACHING = ("attach_to_application", "attach_to_grant")
PUBLISHING = ("publish_with_provider_call", "publish_with_user_call")
REMOVING = ("remove_document", "unpublish_document")


def documents(held: Held) -> Iterator[Finding]:
    """Each came by one act about its subject, whose result is its id; those of an application that is left out are, too."""
    rows = {(subject_of(row), row["attached_at"], digest(row["id"])): row for row in held.table("documents")}
    applications = {f"application/{row['id']}" for row in held.table("applications")}
    acts = {
        (act["about"], act["at"], act["result"]) for act in held.table("acts") if act.get("command") in (*ATTACHING, *PUBLISHING)
    }
    for key in rows.keys() - acts:
        yield finding("row_without_origin", f"documents {rows[key]['id']}", "an act by which it came", "none")
    for about, at, _result in acts - rows.keys():
        if not about.startswith("application/") or about in applications:
            yield finding("row_is_missing", f"documents of {about}", f"the document of the act at {at}", "none")
    gone = {act["given"]["document"]: act["at"] for act in given(held, *REMOVING)}
    for row in held.table("documents"):
        if row["removed_at"] != gone.get(row["id"]):
            yield finding("row_differs", f"documents {row['id']}, removed_at", gone.get(row["id"]), row["removed_at"])
    yield from _whose(held)
    yield from _published(held)


def subject_of(row: Row) -> str:
    """KIND/SUBJECT."""
    return str(row["id"].rpartition("/")[0])


def _whose(held: Held) -> Iterator[Finding]:
    """Each is the organisation's that applied; a published one nobody's."""
    applied = {row["id"]: row["organisation"] for row in held.table("applications")}
    granted = {row["id"]: applied.get(row["application"]) for row in held.table("grants")}
    for row in held.table("documents"):
        kind, _slash, subject = subject_of(row).partition("/")
        whose = {"application": applied, "grant": granted}.get(kind, {}).get(subject)
        if row["organisation"] != whose:
            yield finding("row_differs", f"documents {row['id']}, organisation", whose, row["organisation"])


def _published(held: Held) -> Iterator[Finding]:
    """A published file is the one that the act names."""
    expected = [{"about": act["about"], "at": act["at"], "digest": act["given"]["file"]} for act in given(held, *PUBLISHING)]
    rows = [
        {"about": subject_of(row), "at": row["attached_at"], "digest": row["digest"]}
        for row in held.table("documents")
        if row["organisation"] is None
    ]
    yield from compared("documents", expected, rows, key="about at digest")
