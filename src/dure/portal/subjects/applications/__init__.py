"""Applications: whether each is eligible, how it was judged, what it got, and why."""
