"""What outsiders verify, made here: exports, keys, signed answers, heads, and what is handed to witnesses."""
