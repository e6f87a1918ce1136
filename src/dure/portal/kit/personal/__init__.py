"""Nothing that says something of a person is shown to an office without being on record."""
