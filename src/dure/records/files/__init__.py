"""Files of work in the background: what was handed in with a job and what it made, each kept for a while."""
