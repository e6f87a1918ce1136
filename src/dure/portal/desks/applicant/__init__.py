"""The applicant's desk: own applications, results and why, use, invoice."""
