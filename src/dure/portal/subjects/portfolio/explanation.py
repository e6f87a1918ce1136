"""What does the selection of providers say? The awards, what they cost, the alternatives, and the proven bound."""

from fractions import Fraction

from django.utils.translation import gettext as _

from dure.portal.kit.charts.bars import Bar, Group, bars
from dure.portal.kit.shown import Chart, Column, Figure, Shown, Table
from dure.portal.kit.wording.numbers import gpus, money, money_short, number, percent, price_of_one
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.filed import Filed


def show(filed: Filed) -> Shown:
    """Who is to be awarded what."""
    made = filed.recommendation
    gap = _gap(made["objective"], made["bound"])
    return Shown(
        headline=_("%(lots)s lots are to be awarded: %(gpus)s for %(amount)s, of which %(public)s for public use.")
        % {
            "lots": number(len(made["awards"])),
            "gpus": gpus(made["gpus"]),
            "amount": money_short(made["spent_amount"]),
            "public": gpus(made["public_gpus"]),
        },
        figures=[
            Figure(_("GPUs"), gpus(made["gpus"]), _("public %(n)s") % {"n": number(made["public_gpus"])}),
            Figure(
                _("Providers' own use"), gpus(made["own_use_gpus"]), percent(Fraction(made["own_use_gpus"], made["gpus"] or 1))
            ),
            Figure(
                _("Spent"),
                money_short(made["spent_amount"]),
                _("%(room)s left") % {"room": money_short(made["remaining_amount"])},
            ),
            Figure(_("Gap to the proven bound"), percent(gap, 2), tone="good" if gap == 0 else ""),
        ],
        sections=[_awards(filed), *_matching(filed), _alternatives(filed), _left_out(filed)],
        method=name(str(filed.rules.get("method", made["method"]))),
        proof=_("Objective %(objective)s; no portfolio within the rules reaches more than %(bound)s.")
        % {"objective": number(made["objective"], 2), "bound": number(made["bound"], 2)},
    )


def _gap(objective: str, bound: str) -> Fraction:
    most = Fraction(bound)
    return (most - Fraction(objective)) / most if most else Fraction(0)


def _awards(filed: Filed) -> Chart:
    proposals = {each["id"]: each for each in filed.facts["proposals"]}
    rows = []
    for award in filed.recommendation["awards"]:
        proposal = proposals[award["proposal"]]
        lot = next(each for each in proposal["lots"] if each["id"] == award["lot"])
        size = lot["gpus_per_server"]
        rows.append(
            {
                "provider": name(proposal["provider"], filed.names),
                "proposal": award["proposal"],
                "lot": award["lot"],
                "rank": proposal["rank"],
                "gpu_model": lot["gpu_model"],
                "servers": award["servers"],
                "gpus": award["servers"] * size,
                "own_use_gpus": award["own_use_servers"] * size,
                "price_amount": award["price_amount"],
                "amount_per_gpu": award["price_amount"] // (award["servers"] * size),
                "service_on": lot["service_on"],
            }
        )
    table = Table(
        "awards",
        _("Awards"),
        [
            Column("provider", _("Provider")),
            Column("lot", _("Lot"), "code"),
            Column("rank", _("Rank"), "number"),
            Column("gpu_model", _("GPU model")),
            Column("servers", _("Servers"), "number"),
            Column("gpus", _("GPUs"), "gpus"),
            Column("own_use_gpus", _("Own use"), "gpus"),
            Column("price_amount", _("Price"), "money"),
            Column("amount_per_gpu", _("Per GPU"), "money"),
            Column("service_on", _("Service from"), "date"),
        ],
        rows,
    )
    groups = [
        Group(
            f"{row['provider']} {row['gpu_model']}",
            [
                Bar(row["gpus"] - row["own_use_gpus"], gpus(row["gpus"] - row["own_use_gpus"]), "tone-actual", _("public")),
                Bar(row["own_use_gpus"], gpus(row["own_use_gpus"]), "tone-out", _("own use")),
            ],
        )
        for row in rows
    ]
    return Chart(
        _("Awarded GPUs"),
        bars(groups, label=_("GPUs awarded, public and own use")),
        _("What each award brings."),
        table,
        unit=_("number of GPUs"),
    )


def _alternatives(filed: Filed) -> Table:
    made = filed.recommendation
    rows = [
        {
            **each,
            "label": _label(each["label"]),
            "lots": ", ".join(
                f"{name(award['proposal'], filed.names)} {award['lot']} × {award['servers']}" for award in each["awards"]
            ),
        }
        for each in made["alternatives"]
    ]
    return Table(
        "alternatives",
        _("Alternatives"),
        [
            Column("label", _("Portfolio")),
            Column("lots", _("Lots (servers)")),
            Column("public_gpus", _("Public GPUs"), "gpus"),
            Column("spent_amount", _("Spent"), "money"),
            Column("objective", _("Objective"), "number"),
            Column("first_service_on", _("First service"), "date"),
            Column("own_use_share", _("Own use"), "share"),
        ],
        rows,
        note=_(
            "Keeping strictly to the ranking would cost %(rank)s points; the next %(billion)s would buy %(next)s. "
            "(%(amount)s left)"
        )
        % {
            "rank": number(made["price_of_rank_order"], 2),
            "next": number(made["next_billion_buys"], 2),
            "billion": money_short(10**9),
            "amount": money(made["remaining_amount"]),
        },
        public=False,
    )


def _matching(filed: Filed) -> list[Table]:
    """Where prices are matched: the lowest of each model, and whom to ask."""
    made = filed.recommendation
    lowest, to_ask = made.get("lowest_prices"), made.get("to_ask")
    if lowest is None or to_ask is None:
        return []
    proposals = {each["id"]: each["provider"] for each in filed.facts["proposals"]}
    prices = Table(
        "lowest_prices",
        _("Lowest prices"),
        [Column("gpu_model", _("GPU model")), Column("lowest_price", _("Per GPU"))],
        [{"gpu_model": model, "lowest_price": price_of_one(price)} for model, price in sorted(lowest.items())],
        note=_("Whoever is awarded supplies at the lowest price of its model."),
    )
    asked = Table(
        "to_ask",
        _("To be asked"),
        [
            Column("provider", _("Provider")),
            Column("lot", _("Lot"), "code"),
            Column("offered_price", _("Offered per GPU")),
            Column("lowest_price", _("Lowest per GPU")),
        ],
        [
            {
                "provider": name(proposals[each["proposal"]], filed.names),
                "lot": each["lot"],
                "offered_price": price_of_one(each["offered_price"]),
                "lowest_price": price_of_one(each["lowest_price"]),
            }
            for each in to_ask
        ],
        note=_(
            "They have not said whether they supply at the lowest price. Until they have, nothing is awarded to those after them."
        ),
        public=False,
    )
    return [prices, asked]


def _label(label: str) -> str:
    """`pareto_front/3` as words and number."""
    kind, _slash, place = label.partition("/")
    return f"{name(kind)} {place}".strip()


def _left_out(filed: Filed) -> Table:
    chosen = {(each["proposal"], each["lot"]) for each in filed.recommendation["awards"]}
    rows = [
        {
            "provider": name(each["provider"], filed.names),
            "lot": lot["id"],
            "rank": each["rank"],
            "score": each["score"],
            "gpu_model": lot["gpu_model"],
            "steps": " / ".join(f"{number(step['servers'])}: {money_short(step['price_amount'])}" for step in lot["steps"]),
            "chosen": (each["id"], lot["id"]) in chosen,
        }
        for each in sorted(filed.facts["proposals"], key=lambda each: (each["rank"], each["id"]))
        for lot in each["lots"]
    ]
    return Table(
        "lots",
        _("All lots offered"),
        [
            Column("rank", _("Rank"), "number"),
            Column("provider", _("Provider")),
            Column("lot", _("Lot"), "code"),
            Column("score", _("Score"), "number"),
            Column("gpu_model", _("GPU model")),
            Column("steps", _("Servers and prices")),
            Column("chosen", _("Chosen"), "flag"),
        ],
        rows,
        public=False,
    )
