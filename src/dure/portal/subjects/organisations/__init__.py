"""Organisations and people: who they are, where they sit, and what they did."""
