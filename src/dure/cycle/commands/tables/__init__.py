"""The rows of the table of commands, by arm of the programme."""
