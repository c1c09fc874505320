"""Levers: what a scenario's user takes or drops, and what that makes of the numbers of its tree."""
