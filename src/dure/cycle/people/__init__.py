"""Who takes part: organisations, people and their desks."""
