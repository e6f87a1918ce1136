"""How the database's clock compares with others before a deadline, and what was put off because it did not agree with them."""
