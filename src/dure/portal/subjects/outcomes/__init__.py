"""Verified results."""
