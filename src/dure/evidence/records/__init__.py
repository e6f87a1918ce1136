"""Are the records what was decided and done: each row from its decision or its act, and nothing more?"""
