"""Is the check digit of a number right? Kinds of schemes; which one a country's numbers follow, its programme says."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Scheme(NamedTuple):
    """How numbers are checked. `weighted_sum` reads `weights` of all digits but the last, and `modulus`.

    `tens_added`: places from 1 whose product's tens are added to the sum as well.
    """

    kind: str
    weights: Sequence[int] = ()
    modulus: int = 10
    tens_added: Sequence[int] = ()


def is_right(number: str, scheme: Scheme) -> bool:
    """Does the number, without separators, hold its own check digit? Raises `KeyError` for an unknown kind of scheme."""
    return number.isascii() and number.isalnum() and KINDS[scheme.kind](number, scheme)


def _unchecked(number: str, _scheme: Scheme) -> bool:
    return bool(number)


def _weighted_sum(number: str, scheme: Scheme) -> bool:
    """The last digit brings the weighted sum of the others to a multiple of the modulus."""
    if not number.isdigit() or len(number) != len(scheme.weights) + 1 or not number.strip("0"):
        return False
    products = [int(digit) * weight for digit, weight in zip(number, scheme.weights, strict=False)]
    total = sum(products) + sum(products[place - 1] // 10 for place in scheme.tens_added)
    return -total % scheme.modulus == int(number[-1])


def _luhn(number: str, _scheme: Scheme) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right is doubled, and its digits are added."""
    if not number.isdigit() or len(number) < 2 or not number.strip("0"):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def _mod_97_10(number: str, _scheme: Scheme) -> bool:
    """ISO/IEC 7064, MOD 97-10, as in a legal entity identifier: letters count 10 to 35."""
    return len(number) > 2 and number == number.upper() and int("".join(str(int(each, 36)) for each in number)) % 97 == 1


KINDS: dict[str, Callable[[str, Scheme], bool]] = {
    "none": _unchecked,
    "weighted_sum": _weighted_sum,
    "luhn": _luhn,
    "mod_97_10": _mod_97_10,
}
