"""Plays a programme's script: who does what when, each act through the same table of commands as everybody's."""
