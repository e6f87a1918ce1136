"""PostgreSQL: a private server where none is given, and how an address becomes Django's settings."""
