"""What did one's own organisations use?"""

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.records.operation import queries as operation


def own_usage(mine: frozenset[str]) -> Table:
    """The metered use of these organisations, by lease and month, the last month first."""
    found = operation.usage().filter(grant__application__organisation__in=mine).order_by("-during", "grant", "part")
    rows = [
        {
            "lease": each.lease,
            "model": each.gpu_model,
            "from": each.during.lower.isoformat(),
            "to": each.during.upper.isoformat(),
            "gpu_hours": each.gpu_hours,
            "utilisation": each.utilisation,
        }
        for each in found
    ]
    columns = [
        Column("lease", _("Lease"), "code"),
        Column("model", _("GPU model")),
        Column("from", _("From"), "date"),
        Column("to", _("To"), "date"),
        Column("gpu_hours", _("GPU-hours"), "hours"),
        Column("utilisation", _("Utilisation"), "share"),
    ]
    return Table("usage", _("My use"), columns, rows)
