"""Who gets which servers, and when: shares, rounds, grants and leases."""
