"""What bidders answer on the lowest price is stated by the command for it."""

from importlib import import_module

from django.db import migrations

from dure.records.journal.guards import pin_functions, redefine

BEFORE = import_module("dure.records.journal.migrations.0012_statements_by_act").STATED
STATED = BEFORE.replace(
    "WHEN 'settlement_notes' THEN 'note_settlement' END",
    "WHEN 'settlement_notes' THEN 'note_settlement'\n        WHEN 'price_answers' THEN 'note_price_answers' END",
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0014_acts_by_rule")]

    operations = [redefine("journal_statement_has_its_act", STATED, definer=True), pin_functions()]
