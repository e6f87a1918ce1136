"""What people do: the table of commands, who may, and how one is carried out."""
