"""What happens to premises, land and the demand for them; nobody else moves a state."""
