"""Calls for providers, their proposals, awards and agreements."""
