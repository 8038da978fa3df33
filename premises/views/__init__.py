"""Public pages of premises and land."""
