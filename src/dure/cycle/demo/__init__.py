"""Runs a recorded programme from budget to rebalancing through the same hand-offs that people use."""
