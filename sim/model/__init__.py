"""What is simulated, written once: arrays, network, portfolio, curves, rules."""
