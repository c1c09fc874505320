"""The page: one HTML file of a run, for people who have no terminal."""
