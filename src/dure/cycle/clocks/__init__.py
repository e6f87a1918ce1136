"""Watches the database's clock before a deadline, tells those who must know, and moves the deadline by the rule."""
