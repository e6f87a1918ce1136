"""A person's own pages: logging in, proving it again, and the ways to do both."""
