"""Who is told what, and how the mail goes out: notices are made by the act that causes them, in its transaction."""
