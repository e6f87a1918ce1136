"""How an installation comes to be, is moved to newer code, kept safe and looked after."""
