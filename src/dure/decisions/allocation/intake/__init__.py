"""Always-open intake by bid prices."""
