"""Was everything decided by whom it had to be, in the order in which one decision follows from another, and signed?"""
