"""The reviewer's desk: own assignments and score sheets, and nothing of other evaluators."""
