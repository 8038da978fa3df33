"""Public pages of information."""
