"""Work that takes longer than a page: what was asked for, how far it is, and how it ended."""
