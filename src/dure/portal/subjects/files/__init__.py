"""Files that were made in the background, for whoever asked for them."""
