"""One form for every command: made from its struct, read on the server, and nothing typed is lost."""
