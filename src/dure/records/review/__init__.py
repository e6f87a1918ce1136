"""Who judges, who may not, and what points they gave (for proposals and applications alike)."""
