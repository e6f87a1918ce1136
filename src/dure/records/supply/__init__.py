"""Orders, deliveries, servers, milestones and capacity by week."""
