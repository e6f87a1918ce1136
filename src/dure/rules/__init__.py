"""What the numbers are: dated, cited, one YAML file per rule, one folder per programme."""
