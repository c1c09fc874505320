# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 05 How the engine works
#
# A scenario compiles to a model (arrays, nothing else), chance is drawn into arrays before the run, and an engine answers one question:
# *when* does everything happen? Money and meaning come after. Three projects, two desks and some land show each step.

# %%
# %matplotlib inline
import tempfile
from pathlib import Path

import numpy as np

import sim
from sim.engine import reference
from sim.model.compile import compile_model
from sim.sampling.draws import draw

TEXT = """
title: three projects
assumed: an example
run: {calendar: plain, horizon: day 60}
workflow:
  permit: {needs: {desk: 1}, duration: 10 days}
  land: {after: [permit], needs: {plot: land}}
  build: {after: [land], duration: 20 days}
pools:
  desk: {kind: servers, capacity: 1}
  plot: {kind: stock, initial: 5 mu, tranches: {dated: {day 25: 5 mu}}}
portfolio:
  projects:
    A: {land: 5 mu}
    B: {land: 3 mu, joins: day 2}
    C: {land: 2 mu, joins: day 1}
"""
path = Path(tempfile.mkdtemp()) / "three.yaml"
path.write_text(TEXT, encoding="utf-8")
loaded = sim.load(path).loaded
model = compile_model(loaded.scenario, loaded.as_written)
print("stages", model.network.names, "pools", model.pools.names, "in stock or open", model.pools.initial)
print("inflows (tick, pool, amount)", model.pools.inflows)

# %% [markdown]
# Chance is drawn beforehand, addressed by the names of the projects: work of every stage, in clock units (here nothing is random).

# %%
draws = draw(model, seed=1, replications=np.array([1]), kappa=1.0)
draws.portfolio.names, draws.portfolio.joins

# %% [markdown]
# The reference engine is a SimPy program. It can be run instant by instant: at each of them all that falls due happens (drain), then
# reviews and windows (control), then every waiting request is looked at once, by rank (allocate).

# %%
replication = reference.Replication(model, draws, 0)
for day in (0, 1, 2, 10, 20, 25, 30, 60):
    replication.env.run(until=day + 1)
    waiting = [(draws.portfolio.names[one.entity], model.network.names[one.stage]) for one in replication.pools.waiting]
    print(f"after day {day:2}: free desks {replication.pools.free[0]}, mu {replication.pools.free[1]}, waiting {waiting}")

# %% [markdown]
# Day 10: A has its permit and takes all 5 mu; the desk goes to C, who asked on day 1, before B. Day 20: C has its permit, and no land
# is left. Day 25: 5 mu come; C takes 2, and when B has its permit on day 30 it takes the other 3. The trace holds these ticks and
# nothing else:

# %%
trace = replication.trace()
for number, name in enumerate(draws.portfolio.names):
    print(name, {stage: (int(trace.began[number, s]), int(trace.ended[number, s])) for s, stage in enumerate(model.network.names)})

# %% [markdown]
# The same as a picture of one replication: thin black is waiting for resources.

# %%
sim.load(path).run(replications=1, record=True).plot.gantt().figure

# %%
assert trace.began[:, 1].tolist() == [10, 30, 25]
assert trace.ended[:, 2].tolist() == [30, 50, 45]
