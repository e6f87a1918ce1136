"""Minimal-perturbation repair of a plan after a failure or a slipped delivery."""
