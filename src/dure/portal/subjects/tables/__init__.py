"""Many acts of one kind at once, from a table that somebody fills in: previewed, then carried out as a whole or not at all."""
