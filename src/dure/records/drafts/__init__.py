"""Drafts: what a person has typed into a form and not yet sent. No act of the programme, and nobody else's to read."""
