"""The agency's desk: runs calls, panels, agreements, rounds and settlement."""
