"""Forms of clusters and events."""
