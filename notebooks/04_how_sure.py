# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 04 How sure is it? Intervals, readings, assumptions
#
# Three kinds of doubt, and they are kept apart: too few replications (an interval, which more of them narrow), a source that can be
# read in two ways (readings, shown side by side), and numbers that nobody stated (assumptions, which no replication makes surer).

# %%
# %matplotlib inline
import sim

city = sim.load("hengyang-2022")
for count in (50, 200, 800):
    chance = city.run(replications=count).goals["investment"].probability
    print(f"{count:4} replications: {chance.estimate:.0%} ({chance.low:.0%} to {chance.high:.0%})")

# %% [markdown]
# The source names 267 projects and a start of 93. Are the 93 among the 267? It does not say, and it matters more than anything else:

# %%
outlook = city.run(replications=200)
outlook.plot.readings().figure

# %% [markdown]
# Of the numbers most are assumed. What hangs on one of them is seen by another value of it, on the same random numbers: say permit desks.

# %%
print(city.loaded.provenance())
fewer = city.with_values({"pools.permit_desk.capacity": 8}).compare(city, replications=200)
fewer

# %% [markdown]
# An assumption is no lever: it is how the world is taken to be, not what a city can do. So they never share a table, nor a picture.

# %%
inside, outside = (outlook.answer.readings[name].goals["investment"].probability for name in ("93-inside", "93-outside"))
assert inside.high < outside.low
assert fewer["stages.permit.wait_days"].low > 0
