"""Leases with too little use: notices and reclaims."""
