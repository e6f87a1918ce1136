"""Explanations: what pages show of a filed recommendation, made from it once. Derived, and made again when it is asked for."""
