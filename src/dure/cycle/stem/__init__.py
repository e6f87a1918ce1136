"""The stem, where supply and demand have met: from allocation to rebalancing."""
