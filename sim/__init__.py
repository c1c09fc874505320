"""A simulator of a city's yearly investment goals: key projects, land and construction, replicated many times."""

__version__ = "0.1.0"
