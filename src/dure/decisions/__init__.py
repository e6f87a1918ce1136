"""How dure works it out: pure functions from facts and rules to a recommendation with reasons."""
