"""Filed decisions: reading them from the journal, explaining them, their reasons and rules, and the answer to them."""
