"""Drawings as SVG, made on the server: no script, no style attribute, readable in print.

Colours come from classes in the stylesheet; a series is also told apart by dash, pattern or its label.
"""
