"""What outsiders verify: people's keys, signed answers, the log with its heads and receipts, and the parts of an export."""
