"""All invariants, in the order of their numbers."""

from dure.records.invariants.money import MONEY
from dure.records.invariants.procurement import PROCUREMENT
from dure.records.invariants.trust import TRUST
from dure.records.invariants.use import USE

INVARIANTS = (*MONEY, *PROCUREMENT, *USE, *TRUST)
