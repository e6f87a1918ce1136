"""The parts of an export: which rows, in which order, and which of their columns. Names, addresses and free texts are in none."""

from dure.records.evidence.parts import demand, people, stem, supply
from dure.records.evidence.parts.kinds import Part

PARTS: tuple[Part, ...] = (*people.PARTS, *supply.PARTS, *demand.PARTS, *stem.PARTS)
