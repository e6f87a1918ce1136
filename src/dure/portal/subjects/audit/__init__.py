"""The journal itself: every entry, verification, replay and export."""
