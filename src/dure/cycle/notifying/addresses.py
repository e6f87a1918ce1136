"""Where a person's mails go: they say so themselves, or the agency does; whoever had the address before is told."""

from dure.cycle.commands.rows import Context, Owners
from dure.cycle.lookup import account_on_its_own
from dure.cycle.notifying.letters import post
from dure.cycle.notifying.telling import Notice, language_of, tell
from dure.cycle.people.roles import require_address
from dure.formats.commands.people import SetAddress
from dure.formats.errors import BadInput
from dure.records.journal.names import usually
from dure.records.notifications import queries as notifications
from dure.records.parties import actions


def set_address(request: SetAddress, context: Context) -> str:
    """Mails go there from now on; returns the person's stable id.

    The person is told who changed it and when: in the portal, at the new address, and by a letter to the earlier one.
    """
    person, where = account_on_its_own(request.person), f"person {request.person}"
    if not person.is_active:
        raise BadInput("the account is closed.", where=where, todo="Name an account that is open.", code="account_closed")
    require_address(request.email)
    if request.email == person.email:
        raise BadInput("it is the address already.", where="email", todo="Give another.", code="same_address")
    before, about = person.email, f"person/{person.uid}"
    actions.set_address(person=person, email=request.email)
    facts = {"by": usually(context.person.name), "at": context.at.isoformat()}
    tell([Notice("address_changed", [person], about, facts)], cause=context.at.isoformat(), at=context.at)
    post("address_was_changed", about, to=before, language=language_of(notifications.preference(person)), at=context.at)
    return person.uid


def owner(request: SetAddress) -> Owners:
    """The person whose address it is."""
    return Owners(people=frozenset({request.person}))
