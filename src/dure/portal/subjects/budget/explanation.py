"""What does the budget decision say? Envelopes, what is committed and paid, and the cost of one GPU."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import currency, date, money, money_short
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """Money in, promised and paid, as the books stood when it was filed; the first page says how they stand now."""
    made, day = filed.recommendation, date(filed.filed_at)
    return Shown(
        headline=_(
            "When this was filed (%(day)s), %(committed)s of the %(total)s appropriated was committed and %(paid)s paid; "
            "%(room)s was left to commit."
        )
        % {
            "day": day,
            "total": money_short(made["appropriation_amount"]),
            "committed": money_short(made["committed_amount"]),
            "paid": money_short(made["paid_amount"]),
            "room": money_short(made["room_amount"]),
        },
        figures=money_figures(made, day=day),
        sections=[_envelopes(filed), _commitments(filed)],
        method=_(
            "Each line gets its published part of the appropriation; commitments are taken in order of date while they fit."
        ),
        proof=_("The lines add up to the appropriation, to the smallest unit; nothing is committed beyond a line."),
    )


def money_figures(made: Mapping[str, Any], *, day: str = "") -> list[Figure]:
    """The four figures of the money, for this page and the public one; `day`: as of that day, where it is not now."""
    as_of = _("%(amount)s, as of %(day)s") if day else "%(amount)s"
    return [
        Figure(label, money_short(amount), as_of % {"amount": money(amount), "day": day})
        for label, amount in (
            (_("Appropriated"), made["appropriation_amount"]),
            (_("Committed"), made["committed_amount"]),
            (_("Paid"), made["paid_amount"]),
            (_("Per GPU committed"), made["amount_per_gpu"]),
        )
    ]


def _envelopes(filed: Filed) -> Chart:
    made = filed.recommendation
    table = Table(
        "envelopes",
        _("Budget lines"),
        [
            Column("line", _("Line")),
            Column("amount", _("Envelope"), "money"),
            Column("committed_amount", _("Committed"), "money"),
            Column("paid_amount", _("Paid"), "money"),
            Column("room_amount", _("Room to commit"), "money"),
        ],
        [{**each, "line": name(each["line"], filed.names)} for each in made["envelopes"]],
        note=_("As of %(day)s, when this was filed.") % {"day": date(filed.filed_at)},
    )
    groups = [
        Group(
            name(each["line"], filed.names),
            [
                Bar(each["amount"], money_short(each["amount"]), "tone-plan", _("envelope")),
                Bar(each["committed_amount"], money_short(each["committed_amount"]), "tone-actual", _("committed")),
                Bar(each["paid_amount"], money_short(each["paid_amount"]), "tone-paid", _("paid")),
            ],
        )
        for each in made["envelopes"]
    ]
    return Chart(
        _("Money by line"),
        bars(groups, label=_("Envelope, committed and paid for each budget line")),
        _("The longest bar of a line is its envelope; the others show how much of it is promised and paid."),
        table,
        unit=currency(),
    )


def _commitments(filed: Filed) -> Table:
    accepted = set(filed.recommendation["accepted"])
    rows = [
        {
            **each,
            "line": name(each["line"], filed.names),
            "id": name(each["id"], filed.names),
            "gpus": each.get("gpus", 0),
            "accepted": each["id"] in accepted,
        }
        for each in sorted(filed.facts.get("commitments", ()), key=lambda each: (each["committed_on"], each["id"]))
    ]
    return Table(
        "commitments",
        _("Commitments"),
        [
            Column("id", _("Commitment")),
            Column("line", _("Line")),
            Column("committed_on", _("Date"), "date"),
            Column("amount", _("Amount"), "money"),
            Column("gpus", _("GPUs"), "gpus"),
            Column("accepted", _("Fits"), "flag"),
        ],
        rows,
    )
