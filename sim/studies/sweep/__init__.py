"""Sweeps: a study's points planned, answered by whoever works, kept block by block."""
