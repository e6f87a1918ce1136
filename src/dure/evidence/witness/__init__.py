"""A witness: another organisation that keeps an installation's heads, and countersigns each that extends the one before."""
