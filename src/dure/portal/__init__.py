"""Where people come in, one desk per kind of person."""
