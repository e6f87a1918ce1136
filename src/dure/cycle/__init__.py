"""The programme, one hand-off per file: read, rules, decide, file."""
