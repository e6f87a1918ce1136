"""Pages of organisations that ask to be registered, and of those that turn out to be one."""
