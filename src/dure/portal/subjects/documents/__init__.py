"""Documents of applications, grants and calls: listed on the pages of these, and handed out as files."""
