"""Designs: their points by hand, what a larger one has in common with a smaller one, and SALib's own samples."""

import subprocess
import sys

import numpy as np
import pytest

from sim.errors import MissingPackageError
from sim.sampling.designs import grid, independent, latin_hypercube, morris, saltelli, saltelli_points

OWNERS = {"owner": {"land": (0, 2), "finance": (1,)}, "kind": {"assumed": (0, 1), "stated": (2,)}}


def test_a_grid_has_every_combination_at_the_middle_of_its_cells():
    expected = [[0.25, 1 / 6], [0.25, 3 / 6], [0.25, 5 / 6], [0.75, 1 / 6], [0.75, 3 / 6], [0.75, 5 / 6]]
    assert np.allclose(grid([2, 3]), expected)


def test_k_listed_values_are_met_once_each_by_k_levels():
    for count in range(1, 60):
        assert np.floor(grid([count])[:, 0] * count).tolist() == list(range(count))


def test_a_grid_of_nothing_is_one_point_and_a_factor_has_levels():
    assert grid([]).shape == (1, 0)
    with pytest.raises(ValueError, match="one level or more"):
        grid([2, 0])


def test_a_latin_hypercube_meets_every_cell_of_every_factor_once():
    sample = latin_hypercube(4, 50, seed=3)
    assert all(sorted(np.floor(column * 50)) == list(range(50)) for column in sample.T)
    assert np.array_equal(sample, latin_hypercube(4, 50, seed=3))
    assert not np.array_equal(sample, latin_hypercube(4, 50, seed=4))


def test_an_independent_sample_is_addressed_by_point_and_name():
    few, many = independent(["a", "b"], 1000, seed=5), independent(["b", "new", "a"], 5000, seed=5)
    assert np.array_equal(few, many[:1000, [2, 0]])
    assert np.array_equal(independent(["a"], 10, seed=5, first=990), few[990:, :1])
    assert not np.array_equal(few, independent(["a", "b"], 1000, seed=6))


def test_an_independent_sample_is_uniform_and_independent():
    sample = independent(["a", "b"], 40_000, seed=1)
    assert np.all((sample > 0) & (sample < 1))
    assert np.abs(sample.mean(axis=0) - 0.5).max() < 4.5 * np.sqrt(1 / 12 / 40_000)
    assert abs(np.corrcoef(sample.T)[0, 1]) < 4.5 / np.sqrt(40_000)


def test_a_saltelli_design_is_salibs_own_for_factors_and_for_each_grouping():
    from SALib.sample import sobol

    design = saltelli(3, OWNERS, 16, seed=7)
    for groups, rows in [
        (None, design.factors),
        (["land", "finance", "land"], design.groupings["owner"].rows),
        (["assumed", "assumed", "stated"], design.groupings["kind"].rows),
    ]:
        problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[0, 1]] * 3, "groups": groups}
        own = sobol.sample(problem, 16, calc_second_order=False, seed=np.random.default_rng(7))
        assert np.array_equal(design.points[rows.ravel()], own)
    assert design.groupings["owner"].names == ("land", "finance")


@pytest.mark.parametrize(
    ("factors", "groupings", "sets"),
    [
        (3, {}, 3),
        (3, OWNERS, 5),
        (3, {"twice": {"land": (0, 2)}, "again": {"same": (2, 0)}}, 4),
        (3, {"all": {"all": (0, 1, 2)}}, 3),
        (1, {}, 0),
    ],
)
def test_what_is_exchanged_together_costs_points_once(factors, groupings, sets):
    # (0, 2) and (0, 1) are new; a single factor has its own rows, all factors those of B
    assert saltelli_points(factors, groupings, 8) == 8 * (2 + sets)
    design = saltelli(factors, groupings, 8, seed=1)
    assert len(design.points) == 8 * (2 + sets)
    assert len(np.unique(design.points, axis=0)) == len(design.points)


def test_a_larger_saltelli_design_begins_with_the_smaller():
    small, large = (saltelli(3, OWNERS, base, seed=2) for base in (32, 128))
    assert np.array_equal(small.points, large.points[: len(small.points)])
    assert np.array_equal(small.factors, large.factors[:32])


def test_a_saltelli_design_has_no_coordinate_at_the_ends():
    points = saltelli(2, {}, 4096, seed=0).points
    assert np.all((points > 0) & (points < 1))


@pytest.mark.parametrize(
    ("factors", "groupings", "base"),
    [
        (2, {}, 0),
        (2, {}, 24),
        (0, {}, 8),
        (2, {"g": {"a": (0, 2)}}, 8),
        (2, {"g": {"a": (0,), "b": (0, 1)}}, 8),
        (2, {"g": {"a": ()}}, 8),
    ],
)
def test_what_is_no_saltelli_design(factors, groupings, base):
    with pytest.raises(ValueError, match=r"design|groups"):
        saltelli(factors, groupings, base, seed=1)


def test_a_trajectory_moves_each_factor_once_by_a_fixed_step():
    design = morris(5, 20, 6, seed=4)
    steps = np.diff(design.points.reshape(20, 6, 5), axis=1)
    assert np.allclose(np.sort(np.abs(steps), axis=1)[:, :-1], 0)
    assert np.allclose(np.abs(steps).sum(axis=1), 6 / (2 * 5))
    assert np.allclose(design.points * 5, np.rint(design.points * 5))
    assert (design.points.min(), design.points.max()) == (0.0, 1.0)
    assert np.array_equal(design.points, morris(5, 20, 6, seed=4).points)


@pytest.mark.parametrize(("factors", "trajectories", "levels"), [(0, 2, 4), (2, 0, 4), (2, 2, 5), (2, 2, 0)])
def test_what_is_no_morris_design(factors, trajectories, levels):
    with pytest.raises(ValueError, match="no Morris design"):
        morris(factors, trajectories, levels, seed=1)


def test_without_salib_only_its_own_designs_are_missing(monkeypatch):
    for module in ("SALib", "SALib.sample", "SALib.sample.sobol", "SALib.sample.morris"):
        monkeypatch.setitem(sys.modules, module, None)
    assert len(grid([2])) == len(latin_hypercube(1, 2, 1)) == len(independent(["a"], 2, 1)) == 2
    for build in (lambda: saltelli(2, {}, 8, 1), lambda: morris(2, 4, 4, 1)):
        with pytest.raises(MissingPackageError, match=r'pip install "investment-target-sim\[sweep\]"') as fault:
            build()
        assert 'pip install "investment-target-sim[sweep]"' in fault.value.message("zh")
        assert "软件包" in fault.value.message("zh")


def test_salib_is_loaded_only_where_it_is_used():
    code = (
        "import sys, sim.analysis.sensitivity, sim.analysis.given_data, sim.sampling.designs as d; d.grid([2]); d.latin_hypercube(1, 2, 1)"
    )
    subprocess.run([sys.executable, "-c", code + "; sys.exit(any(name in sys.modules for name in ('SALib', 'pandas')))"], check=True)
