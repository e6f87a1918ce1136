"""Calls for providers, made up: what the tests of the selection share."""

import datetime as dt

import msgspec
from hypothesis import strategies as st

from dure.formats.stages.portfolio import GpuModel, PortfolioFacts, PortfolioRules, RankedLot, RankedProposal, Step
from dure.rules.book import DEFAULT, read_book

replace = msgspec.structs.replace
BOOK = read_book(DEFAULT).fill(PortfolioRules, on=dt.date(2026, 4, 1))[0]
MODELS = {"H200": GpuModel(relative_compute="1"), "B200": GpuModel(relative_compute="2.27")}


def rules(**changes):
    """The book's rules, so that a new one takes part in every property, with these values in place of the book's."""
    values = {
        "method": "rank_walk",
        "minimum_public_gpus": 0,
        "largest_provider_share": "1",
        "own_use_ceiling": "0.5",
        "minimum_cluster_servers": 1,
        "spc_first": False,
    }
    return replace(BOOK, **{**values, **changes})


@st.composite
def portfolio_facts(draw, largest_budget=400):
    count = draw(st.integers(1, 4))
    proposals = []
    for rank in range(1, count + 1):
        lots = []
        for lot in range(draw(st.integers(1, 2))):
            sizes = draw(st.lists(st.integers(2, 30), min_size=1, max_size=3, unique=True))
            steps = tuple(
                Step(
                    servers=size,
                    price_amount=draw(st.integers(0, 12 * size)),
                    own_use_servers=draw(st.integers(0, size // 2 + 1)),
                )
                for size in sizes
            )
            day = dt.date(2025, 10, 1) + dt.timedelta(days=draw(st.integers(0, 3)))
            lots.append(
                RankedLot(
                    id=f"lot{lot}",
                    gpu_model=draw(st.sampled_from(sorted(MODELS))),
                    gpus_per_server=draw(st.sampled_from([4, 8])),
                    steps=steps,
                    service_on=day,
                    declined=draw(st.sampled_from([False, False, False, True])),
                )
            )
        proposals.append(
            RankedProposal(
                id=f"p{rank}",
                provider=draw(st.sampled_from(["one", "two", "three"])),
                rank=rank,
                score=str(draw(st.integers(60, 99))),
                spc_participant=draw(st.booleans()),
                lots=tuple(lots),
            )
        )
    budget = draw(st.integers(0, largest_budget))
    return PortfolioFacts(stage="portfolio", version=1, budget_amount=budget, proposals=tuple(proposals), gpu_models=MODELS)
