"""dure as it may be later: a change of tables more than today's."""
