"""The rows of the table of resources, by arm of the programme."""
