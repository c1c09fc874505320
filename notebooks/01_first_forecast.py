# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 01 A first forecast
#
# In January 2022 Hengyang set itself goals: complete 110 bn yuan of investment in key projects, work on 320 of them, let fixed-asset
# investment grow by 12%. Will it hit them? What is likely to fail first?

# %%
# %matplotlib inline
import sim

city = sim.load("hengyang-2022")
city

# %% [markdown]
# A forecast runs the year many times. Each time other projects are late, other plans are exceeded. A probability comes with its interval:
# with 200 replications it is known to within some seven points.

# %%
outlook = city.run(replications=200)
outlook

# %% [markdown]
# The same numbers, to go on with: money in yuan.

# %%
goal = outlook.goals["investment"]
print(f"P = {goal.probability.estimate:.0%} ({goal.probability.low:.0%} to {goal.probability.high:.0%})")
print(f"median {goal.quantiles['p50'] / 1e9:.1f} bn yuan; missing on average {goal.shortfall / 1e9:.1f} bn yuan")

# %% [markdown]
# The way through the year, against the goal, the straight line (pro-rata progress) and the usual course of such lists.

# %%
outlook.plot.fan().figure

# %%
outlook.plot.exceedance("investment").figure

# %% [markdown]
# Where do requests queue? By month ends:

# %%
outlook.plot.queues().figure

# %% [markdown]
# The goal is out of reach in most years of this model, and not in all of them:

# %%
assert 0.08 < goal.probability.estimate < 0.35
assert 95e9 < goal.quantiles["p50"] < 108e9
