"""Commands of the person who keeps an installation: from an empty machine to a server that stands."""
