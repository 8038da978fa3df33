"""Pages of the clockwork: its health, and what it is about to send."""
