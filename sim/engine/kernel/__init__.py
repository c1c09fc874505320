"""The second engine: the verbs of the model as an event loop on flat arrays, compiled by numba."""

from sim.engine.kernel.many import simulate_many as simulate_many
from sim.engine.kernel.many import simulate_plainly as simulate_plainly
