"""registration: which organisations may ask to be registered, and how their numbers are written and checked."""

import re
from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.errors import BadInput
from dure.formats.kinds import Count, Id, Positive, Rules
from dure.formats.registration.check_digits import KINDS, Scheme, is_right

_SEPARATORS = re.compile(r"[\s.\-/]+")


class RegistrationRules(Rules, frozen=True, kw_only=True):
    """What an organisation needs to be registered."""

    topic: ClassVar[str] = "registration"
    kinds: Annotated[tuple[Id, ...], Meta(description="kinds of organisation that may ask to be registered")]
    number_scheme: Annotated[Id, Meta(description=f"kind of check that registration numbers follow, one of: {', '.join(KINDS)}")]
    number_weights: Annotated[
        tuple[Count, ...], Meta(description="weights of all digits but the last; empty unless the check is a weighted sum")
    ]
    number_modulus: Annotated[Positive, Meta(description="number of which the weighted sum becomes a multiple")]
    number_tens_added: Annotated[
        tuple[Positive, ...], Meta(description="places, from 1, whose product's tens are added to the weighted sum; usually none")
    ]
    number_groups: Annotated[
        tuple[Positive, ...], Meta(description="lengths of the groups in which a number is written, joined by hyphens")
    ]

    legal_forms: Annotated[
        tuple[Id, ...], Meta(description="parts of names that say nothing of whose they are; left out where names are compared")
    ]

    @property
    def scheme(self) -> Scheme:
        """The check as the code of check digits takes it."""
        return Scheme(self.number_scheme, self.number_weights, self.number_modulus, self.number_tens_added)


def clean_number(typed: str, rules: RegistrationRules) -> str:
    """The number without separators; raises `BadInput` with code `number_wrong` where its check digit is not right."""
    number = _SEPARATORS.sub("", typed).upper()
    if len(number) > 40 or not is_right(number, rules.scheme):
        raise BadInput(
            "the registration number is not complete, or its check digit is wrong.",
            where="number",
            todo="Compare it with the certificate of registration.",
            code="number_wrong",
        )
    return number


def written_number(number: str, groups: tuple[int, ...]) -> str:
    """The number in the groups that people know, where its length fits them; else as it is."""
    if not number or sum(groups) != len(number):
        return number
    ends = [sum(groups[: place + 1]) for place in range(len(groups))]
    return "-".join(number[end - size : end] for size, end in zip(groups, ends, strict=True))
