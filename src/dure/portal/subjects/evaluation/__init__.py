"""Evaluation: rankings, proposals, and the score sheets of evaluators."""
