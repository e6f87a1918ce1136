"""Calls for providers and for users: what everybody may read of them, questions and answers, and one's own proposals."""
