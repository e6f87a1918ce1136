"""How documents of earlier versions said what today is said in another form; `formats.versions` puts the steps in order."""
