"""How is an intake that is always open run: what is free, what may still come, and who is served each week?"""
