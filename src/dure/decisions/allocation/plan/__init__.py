"""Primal heuristics: diving, fix-and-optimise, ruin and recreate."""
