"""What the files look like: facts, rules and recommendations, and how they are read strictly.

The one thing that a decision and its independent checker share.
"""
