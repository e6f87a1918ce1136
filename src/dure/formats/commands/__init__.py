"""What a person or a machine does to the programme: one typed struct per act, the input of every door."""
