"""Drawings of a round: methods compared, shares within their bounds, prices of the weeks."""
