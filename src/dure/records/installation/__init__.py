"""Which programme this database belongs to, and whether it is the demo's."""
