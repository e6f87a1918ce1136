"""Commands about evidence: exports, keys, heads and what witnesses hold."""
