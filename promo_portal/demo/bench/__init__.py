"""The portal's own measurements: statements and times of each page as ratios within one run, by size of the directory."""
