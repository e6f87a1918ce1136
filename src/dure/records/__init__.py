"""What was decided, and by whom: Django apps over PostgreSQL."""
