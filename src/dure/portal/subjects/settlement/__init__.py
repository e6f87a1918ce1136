"""Burden rates, invoices and statements."""
