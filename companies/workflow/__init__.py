"""Steps of the directory, by subject: entries, proposals, mergers, imports. Nobody else moves a state."""
