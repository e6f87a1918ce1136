"""Who takes part: organisations, people, and the desks at which they sit."""
