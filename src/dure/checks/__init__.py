"""Checks a recommendation against facts and rules with code that did not produce it.

Each module has `faults(facts, rules, recommendation)`: an empty list means that the
recommendation is feasible, its arithmetic right and its claims true. No module here may import
`dure.decisions` (a contract holds it), and none uses a solver.
"""
