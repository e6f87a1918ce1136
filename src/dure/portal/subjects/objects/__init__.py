"""The page of every subject of the programme: its state in words, what may be done now, and what has happened."""
