"""The build-out of clusters: capacity by week and forecasts."""
