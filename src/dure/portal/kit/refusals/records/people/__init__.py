"""What the tables refuse that are about people: who they are, what they ask for, write and are told."""
