"""The portal's own measurements: query counts, times as ratios within one run, memory, cold start."""
