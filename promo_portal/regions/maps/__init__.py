"""The map: outlines of municipalities in a compact file of our own, drawn by the server, enhanced by a script."""
