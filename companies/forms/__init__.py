"""Forms of the directory's staff pages."""
