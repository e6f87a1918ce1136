"""What does the reclaim decision say? For each lease what is proposed and why, and who on the waiting list gets what."""

from collections import Counter

from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """Notices, reclaims and re-grants."""
    made = filed.recommendation
    actions = Counter(each["action"] for each in made["proposals"])
    freed = sum(each["servers"] for each in made["proposals"] if each["action"] == "reclaim")
    return Shown(
        headline=_("%(notices)s notices and %(reclaims)s reclaims are proposed; "
            "%(freed)s servers come free and %(regranted)s are handed on.")
        % {
            "notices": number(actions["notice"]),
            "reclaims": number(actions["reclaim"]),
            "freed": number(freed),
            "regranted": number(sum(each["servers"] for each in made["regrants"])),
        },
        figures=[
            Figure(_("Leases looked at"), number(len(made["proposals"]))),
            Figure(_("Notices"), number(actions["notice"])),
            Figure(_("Reclaims"), number(actions["reclaim"])),
            Figure(_("Servers handed on"), number(sum(each["servers"] for each in made["regrants"]))),
        ],
        sections=[_proposals(filed), _regrants(filed)],
        method=_("A lease below the floor for the published days gets a notice; "
            "only after the time for an answer may it be reclaimed."),
        proof=_("No lease is reclaimed without notice, during an appeal, or for missing data."),
    )  # fmt: skip


def _proposals(filed: Filed) -> Table:
    whose = {each["id"]: each["organisation"] for each in filed.facts["leases"]}
    rows = [
        {
            **each,
            "organisation": name(whose.get(each["lease"], ""), filed.names),
            "action_id": each["action"],
            "action": name(each["action"]),
            "because": name(each["because"]),
        }
        for each in filed.recommendation["proposals"]
    ]
    rows.sort(key=lambda each: (each["action_id"] == "none", each["lease"]))
    return Table(
        "proposals",
        _("Leases"),
        [
            Column("lease", _("Lease"), "code"),
            Column("organisation", _("Organisation")),
            Column("action", _("Proposed")),
            Column("because", _("Because")),
            Column("utilisation", _("Utilisation"), "share"),
            Column("days_with_data", _("Days with data"), "number"),
            Column("servers", _("Servers"), "number"),
            Column("answer_by", _("Answer by"), "date"),
        ],
        rows,
        public=False,
    )


def _regrants(filed: Filed) -> Table:
    return Table(
        "regrants",
        _("Handed on to the waiting list"),
        [
            Column("application", _("Application"), "code"),
            Column("lease", _("From lease"), "code"),
            Column("servers", _("Servers"), "number"),
            Column("weeks", _("Weeks"), "number"),
        ],
        filed.recommendation["regrants"],
        public=False,
    )
