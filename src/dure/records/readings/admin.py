"""The log of readings is seen at the auditor's desk, and nowhere else."""
