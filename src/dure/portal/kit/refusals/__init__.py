"""Why something was refused, in the reader's language: by its text where that holds values, else by its code."""
