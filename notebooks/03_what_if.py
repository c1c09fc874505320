# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 03 What if: levers
#
# A lever is a measure that a city can take. What it does to a number is an assumption, written where it can be read and changed; what
# follows for the goals is computed. Two cities are compared on the same random numbers, so that even small effects can be seen.

# %%
# %matplotlib inline
import sim

city = sim.load("hengyang-2022")
for name, lever in city.levers.items():
    print(f"{name:32} {lever.status:9} {lever.title['en'] if lever.title else ''}")

# %% [markdown]
# Permits through a green channel, twice as strong as the library has it, from March on:

# %%
faster = city.with_lever("green_channel", size=2, from_="2022-03-01")
contrast = faster.compare(city, replications=200)
contrast

# %%
contrast.plot.difference(outcomes=True).figure

# %% [markdown]
# What is in force is inside the numbers already. It cannot be taken a second time; it can be dropped. What would the year be without the
# monthly ranking?

# %%
dropped = city.without("monthly_ranking").compare(city, replications=200)
dropped.plot.difference(outcomes=True).figure

# %% [markdown]
# The effect of a lever grows with its date: half of a year is left in July.

# %%
effects = {}
for month in ("01", "04", "07", "10"):
    taken = city.with_lever("green_channel", from_=f"2022-{month}-01").compare(city, replications=100)
    effects[month] = taken["goals.investment.outcome"]
    print(month, f"{effects[month].difference / 1e6:6.0f} million yuan ({effects[month].low / 1e6:.0f} to {effects[month].high / 1e6:.0f})")

# %%
assert contrast["goals.investment.outcome"].low > 0
assert dropped["goals.investment.outcome"].high < 0
assert effects["01"].difference > effects["07"].difference >= 0
