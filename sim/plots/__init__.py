"""Pictures: each function draws ready numbers on an Axes, computes nothing, and speaks English and Chinese."""
