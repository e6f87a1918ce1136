"""What it cost, who bears what, and what was paid."""
