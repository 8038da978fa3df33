"""Pages that founder and coach share, each behind a door of its own: the desk knows whose door it was."""
