"""What have one's own organisations to pay?"""

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Table
from dure.portal.subjects.decisions.journal import latest
from dure.portal.subjects.settlement.explanation import lines_table


def own_invoice(mine: frozenset[str]) -> Table:
    """The lines of the latest settlement for these organisations."""
    bill = latest("settlement")
    columns = [column for column in lines_table(bill).columns if column.key != "organisation"] if bill else []
    rows = [row for organisation in sorted(mine) for row in lines_table(bill, organisation).rows] if bill else []
    return Table("invoice", _("My invoice"), columns, rows)


def own_due(mine: frozenset[str]) -> int:
    """The won that these organisations owe by the latest settlement."""
    bill = latest("settlement")
    return sum(each["due_won"] for each in bill.recommendation["balances"] if each["organisation"] in mine) if bill else 0
