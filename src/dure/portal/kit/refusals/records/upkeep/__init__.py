"""What is refused about the installation itself: its clocks, its one row, its work in the background."""
