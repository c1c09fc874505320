"""Results in words and tables, in English and Chinese."""
