"""Clocks of others, as NTP servers tell them."""
