"""How does a plan come out of linear programmes: relaxed, cut into groups, settled pool by pool, chosen anew in windows?"""
