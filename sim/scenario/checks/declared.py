"""What stands in a scenario's file, valid or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sim.errors import Problem, shown
from sim.scenario.schema import Portfolio

BLOCKS = ("lists", "projects", "cohorts")
FIGURES = frozenset({"count", "total", "plan", "list"})
"""What a sum of a list depends on."""


@dataclass(frozen=True)
class Declared:
    """The merged tree as written (mappings, lists and values), from which parts may be missing in the scenario."""

    tree: Mapping[str, object]

    def at(self, *path: str) -> object:
        """What stands at a path, or None."""
        node: object = self.tree
        for key in path:
            if not isinstance(node, Mapping):
                return None
            node = node.get(key)
        return node

    def names(self, *path: str) -> frozenset[str]:
        """The keys of the mapping at a path."""
        node = self.at(*path)
        return frozenset(map(str, node)) if isinstance(node, Mapping) else frozenset()

    def stages(self) -> frozenset[str]:
        """Every stage of projects or of land."""
        return self.names("workflow") | self.names("land", "workflow")

    def owners(self) -> frozenset[str]:
        """Every listed project, cohort, stream and batch of land."""
        return (
            self.names("portfolio", "projects") | self.names("portfolio", "cohorts") | self.names("intake") | self.names("land", "batches")
        )

    def milestones(self) -> frozenset[str]:
        """Every milestone named by a stage."""
        blocks = [block for block in (self.at("workflow"), self.at("land", "workflow")) if isinstance(block, Mapping)]
        found = [stage.get("milestone") for block in blocks for stage in block.values() if isinstance(stage, Mapping)]
        return frozenset(name for name in found if isinstance(name, str))

    def is_whole(self, portfolio: Portfolio) -> bool:
        """Whether every list, project and cohort of the file is in the portfolio, with its figures: only then can sums be judged."""
        members = [*portfolio.projects.values(), *portfolio.cohorts.values()]
        if any(member.list is not None and member.list not in portfolio.lists for member in members):
            return False
        return all(self._has_figures(block, name, portfolio) for block in BLOCKS for name in self.names("portfolio", block))

    def _has_figures(self, block: str, name: str, portfolio: Portfolio) -> bool:
        """Whether a list, project or cohort is in the portfolio, with every figure that its file gives it."""
        read = getattr(portfolio, block).get(name)
        return read is not None and not (self.names("portfolio", block, name) & FIGURES) - read.model_fields_set


def unknown(kind: str, path: str, name: str, known: Collection[str]) -> list[Problem]:
    """The problem of a name that is not among the known ones, with the nearest of them."""
    if name in known:
        return []
    close = get_close_matches(name[:80], sorted(known), n=1, cutoff=0.5)
    listed = sorted(known)
    allowed = ", ".join(listed[:12]) + (", …" if len(listed) > 12 else "")
    return [Problem(kind, path=path, found=shown(name), allowed=allowed, suggestion=close[0] if close else "")]
