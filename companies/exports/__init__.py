"""The directory as files: tables, places on a map, and the printed book. Public fields of published entries only."""
