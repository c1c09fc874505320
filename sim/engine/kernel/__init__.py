"""The second engine: the verbs of the model as an event loop on flat arrays, compiled by numba, which only its first use loads."""

from sim.engine.kernel.compiled import is_sound as is_sound
from sim.engine.kernel.compiled import simulate_many as simulate_many
from sim.engine.kernel.kept import is_kept as is_kept
from sim.engine.kernel.many import simulate_plainly as simulate_plainly
