"""Pages of signing in, of second factors and of one's own account."""
