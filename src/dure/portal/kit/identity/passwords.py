"""A password is nothing like its owner's name: not with the name in it, and not the name time and again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

TELLING = 3  # letters from which a name says whose the password is; shorter ones are in half of all words
LEAST_BESIDE = 6  # letters that a password has besides a shorter name


class WithoutTheName:
    """Refuses what Django's comparison lets pass: a long password is like no short name, even if it is made of it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise where the log-in name, the name or the address's first half is in it."""
        typed = password.casefold()
        if any(_made_of(typed, name) for name in _names(user)):
            raise ValidationError(self.get_help_text(), code="password_holds_name")

    def get_help_text(self) -> str:
        """What is asked, in a sentence."""
        return _("The password may not contain your name or your log-in name.")


def _names(user: Any) -> list[str]:
    if user is None:
        return []
    given = (user.username, *(user.name or {}).values(), (user.email or "").partition("@")[0])
    return [name for each in given if (name := "".join((each or "").casefold().split()))]


def _made_of(typed: str, name: str) -> bool:
    return name in typed and (len(name) >= TELLING or len(typed.replace(name, "")) < LEAST_BESIDE)
