"""The public's pages: the whole programme on one screen, each decision explained, and open data."""
