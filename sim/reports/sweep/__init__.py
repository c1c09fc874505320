"""A sweep in words, tables and numbers for pictures: what its points say, and under which conditions a goal is missed."""
