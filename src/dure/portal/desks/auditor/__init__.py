"""The auditor's desk: replays any decision; checks that the books are complete and unaltered."""
