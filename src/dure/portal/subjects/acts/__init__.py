"""Every command as a page: what a person may do, the form, the check, and what it did."""
