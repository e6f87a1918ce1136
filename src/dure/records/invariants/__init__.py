"""What must hold in every committed state of the records, each statement with a query that finds where it does not."""
