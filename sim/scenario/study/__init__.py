"""A study of a scenario as the user says it: what varies, how, at which points, and what is looked at."""
