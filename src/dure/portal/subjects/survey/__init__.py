"""The demand survey and what it estimates."""
