"""What people are told: the pages of notices, how each person wants them, the mails, and the calendar."""
