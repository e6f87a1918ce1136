"""Everything the portal says, one folder a noun; `decisions` is the lowest of them, because each noun is decided on."""
