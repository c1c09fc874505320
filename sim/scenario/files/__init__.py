"""Scenario files: YAML with positions, where files are found, facts, ledgers, and how layers of a scenario are laid together."""
