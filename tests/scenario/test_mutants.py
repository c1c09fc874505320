"""Mutants of the shipped scenarios: what must be refused is refused at its line, and none raises."""

from pathlib import Path

import pytest

from tests.scenario.mutants import MUTATIONS, counted, mutants, outcomes

ROOT = Path(__file__).parents[2]
EACH = 20
"""Mutants of each of five kinds, of each of two files: 200."""


@pytest.mark.parametrize("seed", [2022])
def test_every_mutant_is_refused_at_its_line_or_loads(tmp_path: Path, seed: int) -> None:
    found = list(outcomes(ROOT, tmp_path, EACH, seed))
    print(counted(found))  # noqa: T201
    assert len(found) == 2 * len(MUTATIONS) * EACH
    assert [(one.file, one.mutant.kind, one.mutant.path, one.problems[:3]) for one in found if not one.is_as_it_must_be] == []
    assert all(one.loaded or any(problem.severity == "error" for problem in one.problems) for one in found)
    assert any(one.loaded for one in found)


def test_mutants_are_the_same_for_the_same_seed() -> None:
    text = (ROOT / "scenarios" / "base.yaml").read_text(encoding="utf-8")
    assert mutants(text, 1, 3) == mutants(text, 1, 3)
    assert mutants(text, 1, 3) != mutants(text, 2, 3)
