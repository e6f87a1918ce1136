"""What is wanted: surveys, calls for users, and applications."""
