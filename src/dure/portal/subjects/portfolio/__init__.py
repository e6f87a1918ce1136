"""The selection of providers: the chosen portfolio and its alternatives."""
