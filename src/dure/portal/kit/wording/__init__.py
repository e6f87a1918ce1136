"""How things are written for a reader: figures, ids and codes, rules, reasons, cells of tables."""
