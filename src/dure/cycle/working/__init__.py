"""Work that no request waits for: asked for in one transaction, done by a worker, and ended in one transaction, exactly once."""
