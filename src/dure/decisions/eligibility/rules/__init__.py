"""Every rule of eligibility, in published order: the order of the fields of its rules, and of the outputs of tables.

One module per rule, named after its field: `finding` applies it, `remedy` proposes the smallest change that makes it pass.
A new rule is a new field with a new module here; nothing lists them. A field without a module stops the start.
"""

from importlib import import_module

from dure.formats.stages.eligibility import EligibilityRules

_NAMES = [
    name
    for field in EligibilityRules.__struct_fields__
    for name in (EligibilityRules.tables[field].gives if field in EligibilityRules.tables else (field,))
]
ALL_RULES = {name: import_module(f"{__name__}.{name}") for name in _NAMES}
# Only this one looks at the other applications of the same owner, of those that pass all the others.
GROUP_RULE = "applications_per_group"
OWN_RULES = {name: rule for name, rule in ALL_RULES.items() if name != GROUP_RULE}
