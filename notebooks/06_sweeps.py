# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 06 Sweeps: which assumptions matter?
#
# Most numbers of a scenario are assumed. A sweep runs the city at many points, each with other values of some of them, and asks what the
# outcome rests on. It says nothing of how likely a value is: it tells how far an outcome moves within the ranges that you give.
#
# First one number at a time. A pair is a range, a list holds values; a name without a dot is a lever or an ambiguous fact.

# %%
# %matplotlib inline
import sim

city = sim.load("hengyang-2022")
desks, land, lag = "pools.permit_desk.capacity", "pools.ready_land.initial", "workflow.start.duration.exponential.mean"
later = "portfolio.cohorts.later_batches.total"
factors = {
    desks: (8, 20),
    land: ("750 mu", "3000 mu"),
    lag: ("12 days", "50 days"),
    later: ("21 bn yuan", "42 bn yuan"),
    "green_channel": [0, 1, 2],
}
goal = "goals.investment.outcome"
one_way = city.sweep(factors, design="one_way", replications=50, outputs=["joint", goal])
one_way.plot.tornado(goal).figure

# %% [markdown]
# All points share their random numbers, so the change from the scenario is known better than any outcome itself (the lines).
#
# The green channel is a lever: what a city can do, not how the world is taken to be. It has a picture of its own. What a lever does to a
# number is itself an assumption, written in `scenarios/levers`; the picture shows only what would follow.

# %%
one_way.plot.tornado(goal, levers=True).figure

# %% [markdown]
# ## A study in a file
#
# A study that is to be kept is a YAML file. `smoke` is the smallest: 64 points of 20 replications each; `sim sweep smoke` prints the same.

# %%
smoke = sim.study("smoke").run()
smoke

# %% [markdown]
# The points as columns: each factor, and mean and standard deviation (`sd`) of each output over the replications of a point.

# %%
table = smoke.table()
for row in range(4):
    mean, spread = table[goal][row] / 1e9, table[f"{goal} sd"][row] / 1e9
    print(f"{table['permit_desks'][row]:3.0f} desks, {table['the_93'][row]:10}: {mean:.1f} ± {spread:.1f} bn yuan")

# %% [markdown]
# ## Shares, and the luck of the year
#
# Of the variance of one year, how much is explained by each factor alone? What no factor explains is the luck of the year: which projects
# are late, which drop out. No better knowledge of an assumption takes it away.

# %%
shares = smoke.shares(goal)
for axis, share in zip(smoke.kept.plan.axes, shares.factors, strict=True):
    print(f"{axis.name:15} {share.value:6.1%}  ({share.low:.1%} to {share.high:.1%})")
print(f"{'luck':15} {shares.noise.value:6.1%}  ({shares.noise.low:.1%} to {shares.noise.high:.1%})")
smoke.plot.indices(goal).figure

# %% [markdown]
# A share a little below zero is an estimate of nothing. What matters most here is no number at all, but how the source is read. A reading
# stands apart, too:

# %%
smoke.plot.indices(goal, readings=True).figure

# %% [markdown]
# ## Sobol indices
#
# A Saltelli design tells also what a factor does together with others: its total order. These are shares of the variance of the *expected*
# outcome, the luck of the year left out. With a base of 16 the intervals are wide: it shows how it is done; a real study takes 128 or more.

# %%
assumed = {name: factors[name] for name in (desks, lag, later)}
saltelli = city.sweep(assumed, n=16, design="saltelli", replications=20, outputs=[goal])
for axis, index in zip(saltelli.kept.plan.axes, saltelli.sobol().factors, strict=True):
    first, total = index.first, index.total
    print(f"{axis.name:42} alone {first.value:4.0%}  with all {total.value:4.0%} ({total.low:.0%} to {total.high:.0%})")
saltelli.plot.indices().figure

# %% [markdown]
# ## Under which conditions is the goal missed?
#
# Boxes of factors in which the outcome mostly lies below a bound: here 110 bn yuan, the goal. A box is kept only if it holds up in the half
# of the points in which it was not sought.

# %%
boxes = smoke.boxes(goal, below=110e9)
boxes

# %%
smoke.plot.boxes(goal, below=110e9).figure

# %% [markdown]
# ## A folder, and what is left to run
#
# Run into a folder, a study keeps what it has, block by block, whatever happens; `resume` goes on. Here a block is lost, and only that is
# run again: the points come out the same. The folder answers SQL.

# %%
from pathlib import Path

sim.study("smoke").run("smoke", block=16)
lost = sorted(Path("smoke").rglob("*.parquet"))[0]
lost.unlink()
again = sim.study("smoke").run("smoke", resume=True, block=16)
found = again.query(f'SELECT the_93, count(*) AS points, avg("{goal}") / 1e9 AS mean FROM points GROUP BY the_93 ORDER BY the_93')
for reading, points, mean in zip(found["the_93"], found["points"], found["mean"], strict=True):
    print(f"{reading:12} {points} points, {mean:.1f} bn yuan on average")

# %% [markdown]
# What the year rests on: how the 93 projects are read and the luck of the year, about alike; no single number of those varied here comes
# near them.

# %%
by_name = dict(zip((axis.name for axis in smoke.kept.plan.axes), shares.factors, strict=True))
assert (again.table()[goal] == table[goal]).all()
assert list(boxes.discovery.boxes[0].restrictions) == ["the_93"]
assert by_name["the_93"].low > max(by_name["permit_desks"].value, by_name["ready_land"].value)
assert 0.25 < shares.noise.value < 0.7
