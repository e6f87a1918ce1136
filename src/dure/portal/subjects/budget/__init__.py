"""The budget and its lines."""
