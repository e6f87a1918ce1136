"""Thin commands over the hand-offs: one file each, with `add_arguments` and `run`."""
