"""The files of a programme's folder: its words, its calendar, its script, and what facts the script reads."""
