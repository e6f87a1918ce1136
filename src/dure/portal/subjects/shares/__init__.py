"""The sectors' shares."""
