"""Documents: what applicants attach to what they ask and answer, and what is published with a call."""
