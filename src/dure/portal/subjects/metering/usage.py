"""What did one's own organisations use?"""

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.portal.subjects.decisions.journal import latest


def own_usage(mine: frozenset[str]) -> Table:
    """The metered use of these organisations, by lease."""
    metered = latest("metering")
    rows = [each for each in metered.recommendation["usage"] if each["organisation"] in mine] if metered else []
    columns = [
        Column("lease", _("Lease"), "code"),
        Column("model", _("GPU model")),
        Column("from", _("From"), "date"),
        Column("to", _("To"), "date"),
        Column("gpu_hours", _("GPU-hours"), "hours"),
        Column("utilisation", _("Utilisation"), "share"),
    ]
    return Table("usage", _("My use"), columns, rows)
