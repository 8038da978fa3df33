"""The commission's papers: the pack of files, the minutes, the report of a year."""
