"""The demand arm: from the survey to ranked applications."""
