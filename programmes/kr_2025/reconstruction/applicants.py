"""Who applies: invented university departments, institutes and firms."""

from typing import Any

from reconstruction.draws import Draws
from reconstruction.words import (
    DEPARTMENTS,
    FIRM_KINDS,
    FIRMS,
    INSTITUTE_KINDS,
    INSTITUTES,
    REGIONS,
    UNIVERSITIES,
)

ORGANISATIONS = {"academia": 205, "research": 28, "industry": 142}
SIZES = {
    "academia": {"university": 1},
    "research": {"institute": 1},
    "industry": {"startup": 56, "sme": 30, "midsize": 10, "large": 4},
}
PREFIX = {"academia": "acad", "research": "rsch", "industry": "firm"}
NAMES = {
    "academia": (UNIVERSITIES, DEPARTMENTS, "{}대학교 {}", "{} University, {}"),
    "research": (INSTITUTES, INSTITUTE_KINDS, "{}{}", "{} {}"),
    "industry": (FIRMS, FIRM_KINDS, "{}{}", "{} {}"),
}
YOUTH_LED_PERCENT = {"startup": 28, "sme": 6}


def organisations() -> list[dict[str, Any]]:
    """All applicants, with the fields of eligibility's Applicant and of a register entry."""
    made = []
    for kind, count in ORGANISATIONS.items():
        draws = Draws("organisations", kind)
        first, second, korean, english = NAMES[kind]
        pairs = draws.shuffled([(a, b) for a in first for b in second])[:count]
        for number, (a, b) in enumerate(pairs, start=1):
            size = draws.weighted(SIZES[kind])
            made.append(
                {
                    "id": f"{PREFIX[kind]}-{number:03d}",
                    "name": {"ko": korean.format(a, b), "en": english.format(first[a], second[b])},
                    "kind": kind,
                    "size": size,
                    "youth_led": draws.chance(YOUTH_LED_PERCENT.get(size, 0)),
                    "domestic": True,
                    "group": None,
                    "open_obligations": [],
                    "region": draws.weighted(REGIONS),
                    "parent": a,
                }
            )
    return made
