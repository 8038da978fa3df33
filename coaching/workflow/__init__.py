"""Every step of coaching, by noun; views, admin actions and tasks are doors to these functions, nobody else sets a state."""
