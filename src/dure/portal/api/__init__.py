"""What programs read: open data as files, without a log-in."""
