"""Two scenarios without a fault, dated and undated, and changes of them."""

import copy
from collections.abc import Mapping
from typing import Any

from sim.scenario.schema import Scenario

SOUND: dict[str, Any] = {
    "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
    "goals": {
        "investment": {"metric": "investment", "value": "110 bn yuan"},
        "growth": {"metric": "investment_growth", "value": "30%", "restates": "investment"},
        "fai": {"metric": "fai_growth", "value": "12%", "basis": "counted"},
        "implemented": {"metric": "projects_implemented", "value": "100 projects"},
        "started": {"metric": "projects", "milestone": "started", "value": 90, "by": "2022-06-30"},
        "waits": {"metric": "waiting_time", "stage": "permit", "value": "500 days", "comparator": "<="},
    },
    "observations": {
        "quarter": {"metric": "investment", "value": "15 bn yuan", "by": "2022-03-31", "use": "fit"},
        "on_site": {"metric": "projects", "milestone": "started", "value": 80, "by": "2022-09-30", "use": "test"},
    },
    "portfolio": {
        "lists": {"first": {"count": 300, "total": "345 bn yuan", "plan": "76 bn yuan"}},
        "projects": {
            "base": {
                "list": "first",
                "kind": "continuing",
                "at": "build",
                "done": ["enter"],
                "total": "6.5亿元",
                "invested": "5亿元",
                "plan": "1亿元",
            },
            "plant": {"list": "first", "total": "1 bn yuan", "plan": "0.3 bn yuan", "planned_start": "2022-03-01", "land": "150 mu"},
        },
        "cohorts": {
            "starts": {
                "list": "first",
                "count": 93,
                "total": "45 bn yuan",
                "plan": "15 bn yuan",
                "at": {"start": "45%", "permit": "30%", "land": "25%"},
                "dropout": {"start": "6%"},
                "sectors": {"a": {"count": "60%", "total": "40%"}, "b": {"count": "40%", "total": "60%"}},
                "size": {"lognormal": {"log_sd": 1.25, "min": "50 million yuan", "max": "2 bn yuan"}},
                "joins": {"2022-01-01": "50%", "2022-04-15": "50%"},
                "planned_start": "10 days",
            },
            "continuing": {
                "list": "first",
                "kind": "continuing",
                "count": "rest",
                "total": "rest",
                "plan": "rest",
                "at": "build",
                "invested_share": {"beta": {"a": 1.4, "b": 1.9, "times": 0.97}},
            },
        },
    },
    "workflow": {
        "land": {"needs": {"ready_land": "land"}, "duration": "60 working days", "calendar": "office"},
        "permit": {"after": ["land"], "needs": {"desk": 1}, "duration": "25 working days", "calendar": "office"},
        "start": {"after": ["permit"], "window": ["2022-02-21", "2022-09-28"], "milestone": "started", "dropout": "6%"},
        "build": {"after": ["start"], "spends": True, "calendar": "site", "milestone": "completed"},
        "enter": {"after": ["start"], "duration": "45 days", "milestone": "entered"},
    },
    "pools": {
        "desk": {"kind": "servers", "capacity": 13},
        "ready_land": {
            "kind": "stock",
            "initial": "100 mu",
            "tranches": {"monthly": "10 mu", "dated": {"2022-06-01": "20 mu"}},
        },
    },
    "calendars": {
        "office": {"days": "working days"},
        "site": {"monthly": [1] * 12, "spring_festival": {"slows": -12, "stops": -3, "midpoint": 10.5, "slope": 0.2}},
    },
    "assumptions": {
        "last_year": {"investment": "84.6 bn yuan", "completion": "131.7%"},
        "land_per_bn_yuan": "110 mu",
        "before_start": {"share": "15%", "until": "60 days"},
    },
    "uncertain": {
        "completion": {"log_mean": 0.17, "log_sd": 0.138, "persistence": 0.76, "sector_log_sd": 0.05, "project_log_sd": 0.3},
        "fai": {"key_share": {"uniform": {"low": "30%", "high": "39%"}}, "pass_through": "85%", "rest_growth": "3%", "correlation": 0.3},
    },
    "readings": {"the_93": {"base": "inside", "readings": {"inside": {}, "outside": {"change": {"goals": None}}}}},
    "overrides": {"early_bond": {}},
    "scenarios": {"hopeful": ["early_bond"]},
}

PLAIN: dict[str, Any] = {
    "run": {"calendar": "plain", "horizon": "day 100", "tick": "1 hour"},
    "goals": {"done": {"metric": "projects", "milestone": "done", "value": 1, "by": "day 50"}},
    "workflow": {"work": {"duration": {"exponential": {"mean": "5 days"}}, "milestone": "done", "window": ["day 3"]}},
    "portfolio": {"projects": {"a": {"joins": "day 2.5"}}},
}


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Scenario:
    """The scenario with values put at dotted paths; `...` takes a key away."""
    tree = copy.deepcopy(dict(base))
    for path, value in changes.items():
        *way, last = path.split(".")
        node = tree
        for key in way:
            node = node.setdefault(key, {})
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return Scenario.model_validate(tree)
