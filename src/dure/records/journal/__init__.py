"""What was recommended and decided, by whom, and can it be altered? Never: entries are chained."""
