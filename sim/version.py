"""The version of this program, which every result tells."""

__version__ = "0.1.0"
