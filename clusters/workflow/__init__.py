"""All that moves clusters, events and registrations from state to state."""
