"""What the GPU-hours produced."""
