"""What an operator learns of each request: where it came from, its id, how long it took, how it ended."""
