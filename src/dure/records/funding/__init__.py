"""What may be spent, what is promised, and what is paid."""
