"""The operator's desk: capacity, placement, provisioning, metering, reclaim."""
