"""What is well and what is wrong with an installation: what `dure doctor` says."""
