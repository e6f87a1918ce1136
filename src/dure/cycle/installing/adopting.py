"""Which rule book does the installation use? The administrator of the server adopts an edited one, and gives a reason."""

from dure.cycle.installing import logins
from dure.cycle.programme import book, book_digest, content
from dure.formats.errors import BadInput
from dure.records.installation import actions, queries
from dure.records.journal import queries as journal
from dure.rules.changes import FIXED, Change, changes

FIRST = "the first one of this installation"


def adopt_first() -> None:
    """Bind a database that has none to the rule book with which it is made."""
    if not queries.rule_book_digest():
        actions.adopt(digest=book_digest(), content=content(), reason=FIRST)


def pending() -> list[Change]:
    """Where the rule book in the folder differs from the one adopted."""
    adopted = queries.rule_book()
    return changes(adopted.content, content()) if adopted else []


def require_possible(found: list[Change]) -> None:
    """Raise where a change would give what was filed another meaning."""
    fixed = [each.what.removeprefix("head/") for each in found if each.what.removeprefix("head/") in FIXED]
    if fixed and journal.last_entry() is not None:
        raise BadInput(
            f"{' and '.join(fixed)} cannot change: amounts and days were filed under the present one.",
            where=str(book().folder),
            todo="Put it back, or begin another installation.",
            code="head_is_fixed",
        )


def adopt(reason: str) -> list[Change]:
    """Go by the rule book in the folder from now on; returns what changed, nothing where it is the one adopted."""
    found = pending()
    require_possible(found)
    if found or not queries.rule_book_digest():
        actions.adopt(digest=book_digest(), content=content(), reason=reason)
        logins.give_rights()  # who may answer what is a rule, which the database knows too
    return found
