"""Allocation rounds at the desks that run them: solve, compare, look into one application, see every server."""
