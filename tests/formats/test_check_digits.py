"""Check digits: numbers that are right, and every single wrong digit of them."""

import pytest

from dure.formats.registration import written_number
from dure.formats.registration.check_digits import Scheme, is_right

BUSINESS = Scheme("weighted_sum", (1, 3, 7, 1, 3, 7, 1, 3, 5), 10, (9,))
RIGHT = [
    (BUSINESS, "1248100998"),
    (BUSINESS, "2208162517"),
    (Scheme("luhn"), "79927398713"),
    (Scheme("mod_97_10"), "7LTWFZYICNSX8D621K86"),  # a legal entity identifier
]


@pytest.mark.parametrize(("scheme", "number"), RIGHT)
def test_a_right_number_and_each_wrong_digit_of_it(scheme, number):
    assert is_right(number, scheme)
    for place, digit in enumerate(number):
        if digit.isdigit():
            for other in set("0123456789") - {digit}:
                assert not is_right(number[:place] + other + number[place + 1 :], scheme), f"{other} at {place}"


@pytest.mark.parametrize("scheme", [scheme for scheme, _number in RIGHT])
@pytest.mark.parametrize("number", ["", "0", "0000000000", "１２４８１００９９８", "124-81-00998", "12481009980", "-1", "abc"])
def test_what_is_no_number_is_not_right(scheme, number):
    assert not is_right(number, scheme)


def test_without_a_scheme_any_letters_and_digits_will_do():
    assert is_right("AB12", Scheme("none"))
    assert not is_right("AB 12", Scheme("none"))


def test_a_number_is_written_in_its_groups_where_they_fit():
    assert written_number("1248100998", (3, 2, 5)) == "124-81-00998"
    assert written_number("12", (3, 2, 5)) == "12"
