"""Runs a recorded programme from budget to rebalancing through the same hand-offs that people use."""

PASSWORD = "dure-demo-2025"  # noqa: S105 - printed with the log-ins; the demo listens on the loopback address only
