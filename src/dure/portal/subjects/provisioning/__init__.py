"""Provisioning: which changes the clusters need."""
