"""Who of an office has read whose personal data, where and what for."""
