"""One round decided: the published methods, exact enumeration, tie-break, placement, reasons, report."""
