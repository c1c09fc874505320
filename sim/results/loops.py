"""What the measures do number by number."""
