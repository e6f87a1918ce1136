"""Makes what is synthetic in the input of the 2025 programme: the same bytes on every machine."""
