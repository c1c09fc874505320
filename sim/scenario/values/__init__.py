"""Values of a scenario, read from text into exact types: quantities with units, dates, titles, distributions."""
