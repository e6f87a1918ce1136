"""Witnesses of other organisations, as `dure-witness serve` answers."""
