"""How the person of a session is found: with their roles, since no page does without them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from dure.records.parties.returning import returning_person


class Backend(AuthenticationBackend):  # type: ignore[misc] # allauth has no types
    """Log-in as allauth has it."""

    def get_user(self, user_id: int) -> Any:
        """The active person of that row number with the roles they hold now, in one statement."""
        person = returning_person(user_id)
        return person if person is not None and self.user_can_authenticate(person) else None
