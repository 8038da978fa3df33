"""Files of organisations on their way into the directory: read, columns named, rows judged, applied.

What a register without names gives (the raw form of the commercial register has no name column):
entries that are known by UID or register number keep their name. An unknown one is called by the first words of its
purpose, cut with an ellipsis, and its source says so; with no purpose either it is entered hidden under its register
number, for staff to name. Both are found by UID; a file with names, read later, proposes the true name.

Italian purposes stand in the French field, since the directory has no Italian one and readers fall back to it; the
entry's language is then Italian.
"""
