"""The provider's desk: its own agreement, clusters, capacity and statement."""
