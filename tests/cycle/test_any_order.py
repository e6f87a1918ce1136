"""Commands in any order, by anybody, right and wrong: after each of them every invariant holds.

A walk goes through a programme that people filled. At each step somebody, often the wrong one, gives some command an input that
was possible at the start, often changed: another subject of the same kind, a number, a day, nothing. What is done is written
down with one act; what is refused has a code and changes nothing; nothing else ever happens.
"""

import copy
import datetime as dt
import random

import pytest
from django.db import IntegrityError, transaction

from codes import CODES
from dure.cycle.commands.registry import BY_NAME
from dure.formats.errors import BadInput, Infeasible
from dure.records.invariants.queries import breaches
from dure.records.journal.models import Act
from dure.records.parties.models import Person
from filled import fingerprint
from inputs import valid
from world import NOW, moment

NUMBERS = (-1, 0, 1, 2, 7, 10**9, 2**63)
DAYS = ("2026-01-01", "2026-04-30", "2026-06-10", "2026-06-11", "2026-12-31", "2030-01-01")
WRONG = (None, "", "none-such", 1.5, [], {}, True)


class Walk:
    """One walk of that seed; `taken` says each step, for whoever has to find the fault."""

    def __init__(self, world, seed):
        self.world, self.dice, self.at = world, random.Random(seed), moment(NOW)
        self.cases, self.people = valid(world), sorted(Person.objects.values_list("username", flat=True))
        self.known = {}
        for case in self.cases.values():
            self.remember(case.given)
        self.taken, self.done, self.refused = [], 0, {}

    def remember(self, value, field=""):
        """Keep every value under the name of its field, to be put in the place of another."""
        if isinstance(value, dict):
            for name, each in value.items():
                self.remember(each, name)
        elif isinstance(value, list):
            for each in value:
                self.remember(each, field)
        else:
            self.known.setdefault(field, set()).add(value)

    def step(self):
        """One command, done or refused."""
        self.at += dt.timedelta(minutes=self.dice.choice((1, 1, 1, 30, 600)))
        name = self.dice.choice(sorted(self.cases))
        case = self.cases[name]
        given, who = self.changed(case.given), self.somebody(name, case)
        self.taken.append((name, who, self.at.isoformat(), given))
        if self.dice.random() < 0.5 and moment(case.at) <= self.at:  # what it needs is of that day, which may be to come
            self.prepare(case)
        acts, before = Act.objects.count(), fingerprint()
        try:
            self.world.do(name, given, by=who, at=self.at)
        except (BadInput, Infeasible) as refusal:
            assert refusal.code in CODES or isinstance(refusal, Infeasible), self.taken[-1]
            assert fingerprint() == before, f"refused, and something was written: {self.taken[-1]}"
            self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
        else:
            self.done += 1
            assert Act.objects.count() == acts + 1, self.taken[-1]
            self.remember(given)
        assert [str(each) for each in breaches()] == [], self.taken

    def prepare(self, case):
        """What must come before the command at the start; by now it may be impossible, or be there as a row."""
        try:
            with transaction.atomic():
                case.before(self.world)
        except (BadInput, Infeasible, IntegrityError):
            pass

    def somebody(self, name, case):
        """Mostly who may, and sometimes anybody."""
        row = self.dice.random()
        if row < 0.2:
            return self.dice.choice(self.people)
        if row < 0.3 and case.other:
            return case.other
        return case.own or f"{self.dice.choice(BY_NAME[name].by).desk}-{self.dice.choice('12')}"

    def changed(self, given):
        """The input, in half of all cases with some of its values changed."""
        made = copy.deepcopy(given)
        while self.dice.random() < 0.4 and (spots := list(places(made))):
            holder, key, field = self.dice.choice(spots)
            holder[key] = self.another(field, holder[key])
        return made

    def another(self, field, value):
        kind = self.dice.random()
        if kind < 0.6:
            return self.dice.choice(sorted(self.known[field], key=repr) if field in self.known else [value])
        if kind < 0.9:
            return self.dice.choice(NUMBERS if isinstance(value, int) else DAYS)
        return self.dice.choice(WRONG)


def places(value, field=""):
    """Every place of plain values: what holds it, its key there, and the name of the field that it belongs to."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        name = key if isinstance(value, dict) else field
        yield value, key, name
        yield from places(each, name)


@pytest.mark.parametrize(
    ("seed", "steps"),
    [*((seed, 80) for seed in range(3)), *(pytest.param(seed, 1000, marks=pytest.mark.long) for seed in range(100, 110))],
)
def test_every_invariant_holds_after_every_step(world, seed, steps):
    walk = Walk(world, seed)
    for _ in range(steps):
        walk.step()
    assert walk.done > steps / 20, walk.refused
    assert len(walk.refused) >= 4, walk.refused
