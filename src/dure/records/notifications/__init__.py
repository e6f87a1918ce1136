"""What people are told, and the mail that waits to be sent."""
