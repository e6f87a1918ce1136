"""What every desk shares: layout, numbers, charts, explanations of decisions, and the gate."""
