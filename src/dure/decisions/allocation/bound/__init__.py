"""Upper bounds: Lagrangian dual, column generation, branch and bound."""
