"""Documents: handed in as files, and attached to applications and grants or published with calls."""
