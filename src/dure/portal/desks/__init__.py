"""The desks: routes, menu, and what waits for the person who sits there."""
