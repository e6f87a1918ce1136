"""What was done on the clusters, and what was used."""
