"""The round as a mathematical model: servers, values, tables, plan."""
