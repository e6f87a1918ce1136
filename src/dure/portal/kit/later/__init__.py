"""Files that take longer than a page: a worker opens the address again as the person who asked, and the answer is kept."""
