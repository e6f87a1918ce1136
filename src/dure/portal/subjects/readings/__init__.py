"""The log of readings: one's own, and the auditor's view of all."""
