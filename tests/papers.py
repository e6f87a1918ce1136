"""Documents as tests attach them: files that people have handed in."""

from dure.cycle.documents.handing_in import hand_in
from dure.records.journal.readers import reading_as
from dure.records.parties.models import Person
from world import NOW, PAPER, PDF, application_of, grant, moment

ANSWER = {"grant": grant("a-institute"), "to": "answer", **PAPER}


def handed_in(*people, content=PDF, name="plan.pdf", at=NOW):
    """The digest of the file that each of these people has handed in."""
    when = moment(at) if isinstance(at, str) else at
    for each in Person.objects.filter(username__in=people):
        with reading_as(each.pk):
            digest = hand_in(each, name, content, at=when).digest
    return digest


def applied(world, name="papers"):
    """An application to the open call."""
    world.act("submit_application", NOW, by="lab-1", **application_of("users-2", name, "lab"))
    return name


def attached(world, name="papers"):
    """The id of the first document of that new application."""
    handed_in("lab-1", "firm-1", "agency-1")
    return world.act("attach_to_application", NOW, by="lab-1", application=applied(world, name), **PAPER)


def supported(world):
    """The id of the document that supports the institute's answer to its notice."""
    digest = handed_in("institute-1", content=PDF + b"1")
    return world.act("attach_to_grant", NOW, by="institute-1", **{**ANSWER, "file": digest})


def published(world):
    """The id of the document that is published with the open call."""
    digest = handed_in("agency-1", content=PDF + b"2")
    return world.act("publish_with_user_call", NOW, call="users-2", **{**PAPER, "file": digest})
