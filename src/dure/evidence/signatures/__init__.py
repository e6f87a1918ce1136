"""What is signed and by which keys, and the log whose heads are signed."""
