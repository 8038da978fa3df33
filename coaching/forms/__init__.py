"""Forms of coaching, by who fills them in."""
