# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 02 A scenario of your own city
#
# A scenario is a text file. It extends the general assumptions (`base`) and says what your city plans; every number says where it comes
# from: `assumed`, `observed`, `fitted`, or a `fact` of a source. On the command line `sim new my-city` asks for ten figures and writes one.

# %%
# %matplotlib inline
import tempfile
from pathlib import Path

import sim
from sim.errors import InputError

TEXT = """
extends: base
title: {en: My city 2022, zh: 本市2022年}
assumed: my own judgement, to be replaced line by line

run: {start: 2022-01-01, horizon: 2022-12-31}

goals:
  investment: {metric: investment, value: 30 bn yuan}
  starts: {metric: projects, milestone: started, value: 40}

portfolio:
  lists:
    year: {count: 120, total: 90 bn yuan, plan: 28 bn yuan}
  cohorts:
    continuing: {list: year, kind: continuing, count: rest, total: rest, plan: rest, at: build, done: [enter_statistics],
                 size: {lognormal: {log_sd: 1.25, min: 5 million yuan, max: 10 bn yuan}},
                 invested_share: {beta: {a: 1.4, b: 1.9, times: 0.97}}}
    new: {list: year, kind: new, count: 45, total: 30 bn yuan, plan: 8 bn yuan, planned_start: 2022-03-01,
          at: {start: 50%, permit: 30%, land: 20%}, size: {lognormal: {log_sd: 1.25, min: 50 million yuan, max: 5 bn yuan}}}

assumptions:
  last_year: {completion: 118%, investment: 25 bn yuan}

pools:
  permit_desk: {capacity: 6}
  ready_land: {initial: 500 mu, tranches: {monthly: 60 mu}}
"""

folder = Path(tempfile.mkdtemp())
path = folder / "my-city.yaml"
path.write_text(TEXT, encoding="utf-8")
city = sim.load(path)
city

# %%
outlook = city.run(replications=200)
outlook

# %% [markdown]
# What is wrong with a file is told all at once, with line and column, and with what was probably meant.

# %%
wrong = folder / "wrong.yaml"
wrong.write_text(TEXT.replace("count: 120", "cuont: 120").replace("2022-03-01", "2022-02-30"), encoding="utf-8")
try:
    sim.load(wrong)
except InputError as fault:
    problems = fault.problems
    print(fault)

# %% [markdown]
# Where its numbers come from: most are assumed, and are to be replaced one by one.

# %%
city.loaded.provenance()

# %%
assert 0.4 < outlook.goals["investment"].probability.estimate < 0.95
assert {problem.kind for problem in problems} >= {"unknown-key", "date"}
