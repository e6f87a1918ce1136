"""What every page is made of, whatever it is about: layout, lists, charts, wording, downloads, and the gate."""
