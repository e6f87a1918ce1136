"""Metered use and what the servers' time was."""
