"""The supply arm: from the budget to servers in service."""
