"""How a deployment is told apart: base, and on top of it local, test or production. Policy lives in rules/."""
