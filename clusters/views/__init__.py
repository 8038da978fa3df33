"""Public pages of clusters and events."""
