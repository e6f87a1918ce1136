"""What does the provisioning plan say? Each change on the cluster in order, with its undo; what is right stays."""

import json
from collections import Counter

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import instant, number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """The plan of changes."""
    made = filed.recommendation
    kinds = Counter(each["action"] for each in made["changes"])
    return Shown(
        headline=_("%(changes)s changes bring %(cluster)s to what the grants of %(at)s need.")
        % {
            "changes": number(len(made["changes"])),
            "cluster": name(filed.facts["cluster"], filed.names),
            "at": instant(filed.facts["as_of"]),
        },
        figures=[
            Figure(_("To create"), number(kinds["create"])),
            Figure(_("To modify"), number(kinds["modify"])),
            Figure(_("To delete"), number(kinds["delete"])),
            Figure(_("Already right"), number(len(made["unchanged"]))),
            Figure(_("Not ours, left alone"), number(len(made["foreign"]))),
        ],
        sections=[_changes(filed)],
        method=_("What the grants need is compared with what the cluster has; only differences become changes."),
        proof=_(
            "Applied to what was observed, the changes give exactly what the grants need; applied twice, they change nothing."
        ),
    )


def _changes(filed: Filed) -> Table:
    rows = [
        {
            **each,
            "object": each["name"],
            "action": name(each["action"]),
            "kind": name(each["kind"]),
            "set": json.dumps(each["set"], ensure_ascii=False, sort_keys=True),
            "undo": json.dumps(each["undo"], ensure_ascii=False, sort_keys=True),
        }
        for each in filed.recommendation["changes"]
    ]
    return Table(
        "changes",
        _("Changes in order"),
        [
            Column("order", _("No."), "number"),
            Column("action", _("Action")),
            Column("kind", _("Object")),
            Column("object", _("Name"), "code"),
            Column("grant", _("Grant"), "code"),
            Column("set", _("Set to"), "code"),
            Column("undo", _("Undo"), "code"),
        ],
        rows,
        public=False,
    )
