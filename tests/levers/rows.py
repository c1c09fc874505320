"""One row a lever of the library: what is read of a small scenario, and what it comes to at sizes 0, 1/2, 1 and 2, worked by hand.

At size s a factor f is f^s and an amount a is a s. Days of work are rounded up to whole days where they end, capacities and tranches to
the nearest whole number. Powers that the table uses, to ten digits: see `ROOTS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.levers import small

SIZES = (0.0, 0.5, 1.0, 2.0)
REFUSED = None
"""A size that cannot be taken: what is `set` has size 1 only."""
ROOTS = {
    0.40: 0.6324555320,
    0.50: 0.7071067812,
    0.70: 0.8366600265,
    0.75: 0.8660254038,
    0.80: 0.8944271910,
    0.85: 0.9219544457,
    0.90: 0.9486832981,
    0.95: 0.9746794345,
    0.97: 0.9848857802,
    1.01: 1.0049875621,
    1.015: 1.0074720840,
    1.02: 1.0099504938,
    1.04: 1.0198039027,
    1.05: 1.0246950766,
    1.06: 1.0295630141,
    1.08: 1.0392304845,
    1.10: 1.0488088482,
}


@dataclass(frozen=True)
class Seen:
    """What is read of a scenario, at each of `SIZES`."""

    text: str
    what: str
    """A goal, or a reader of `test_library.READERS` with its arguments."""
    values: tuple[float | None, ...]
    grows: int = 1
    """1: the more the better, -1: the less."""


def days(what: str, *values: float) -> Seen:
    """Projects that have come so far by day 400, one a day: 200 less the days that it takes."""
    return Seen(small.FORMALITIES, what, values)


def lost(stage: str, factor: float) -> Seen:
    """Of 199 projects of which a half is lost: 199 - 99.5 f^s are expected to go on."""
    return Seen(small.LOST, f"kept {stage}", tuple(199 - 99.5 * one for one in (1, ROOTS[factor], factor, factor**2)))


def leads(factor: float) -> Seen:
    """Of two leads a day: 600 f^s are expected in 300 days."""
    return Seen(small.LEADS, "leads", tuple(600 * one for one in (1, ROOTS[factor], factor, factor**2)))


def sent_back(stage: str) -> Seen:
    """Of 199 projects of which 40%, by half as many at each size, are sent back: 28.28427125%, 20% and 10%."""
    return Seen(small.SENT_BACK, f"on_time {stage}", (119.4, 142.7143002, 159.2, 179.1))


def sites(*values: int) -> Seen:
    """A million yuan at a pace of f^s, known to a millionth."""
    return Seen(small.SITES, "investment", values)


ONE_PERCENT = sites(1_000_000, 1_004_988, 1_010_000, 1_020_100)
TWO_PERCENT = sites(1_000_000, 1_009_950, 1_020_000, 1_040_400)
# 90% of the land's 20 days: 18.97, 18, 16.2
LAND_BY_A_TENTH = days("landed", 180, 181, 182, 183)
# 90% of the permit's 40 days, after 20 of land: 37.95, 36, 32.4
PERMIT_BY_A_TENTH = days("permitted", 140, 142, 144, 147)
# 90% of both 40 and 60 days: 37.95 and 56.92, 36 and 54, 32.4 and 48.6
PERMIT_AND_START_BY_A_TENTH = days("started", 80, 200 - 20 - 38 - 57, 200 - 20 - 36 - 54, 200 - 20 - 33 - 49)
# 110% of 100 mu: 104.88, 110, 121 mu; after eleven months 1,155, 1,210, 1,331 mu, at 10 mu a project
MORE_LAND_BY_A_TENTH = Seen(small.READY_LAND, "landed", (110, 115, 121, 133))

APPROVAL: dict[str, tuple[Seen, ...]] = {
    "admission_filter": (lost("start", 0.80),),
    # permit 28.28, 20, 10; start 50.2, 42, 29.4
    "land_then_start": (
        days("permitted", 140, 200 - 20 - 29, 200 - 20 - 20, 200 - 20 - 10),
        days("started", 80, 200 - 20 - 29 - 51, 200 - 20 - 20 - 42, 200 - 20 - 10 - 30),
    ),
    # permit 25.3, 16, 6.4
    "four_certificates": (days("permitted", 140, 200 - 20 - 26, 200 - 20 - 16, 200 - 20 - 7),),
    # permit 36.88, 34, 28.9; land 19.49, 19, 18.05
    "delegated_powers": (days("permitted", 140, 200 - 20 - 37, 200 - 19 - 34, 200 - 19 - 29),),
    # desks 3, 4, 5, 7; days 10, 9.49, 9, 8.1: rounds 10, 10, 11, 11
    "green_channel": (Seen(small.DESKS, "permitted", (10 * 3, 10 * 4, 11 * 5, 11 * 7)), PERMIT_BY_A_TENTH),
    "one_stop_service": (PERMIT_AND_START_BY_A_TENTH,),
    "submit_once": (PERMIT_BY_A_TENTH,),
    # permit 37.95, 36, 32.4; land 19.49, 19, 18.05
    "one_network_approval": (days("permitted", 140, 200 - 20 - 38, 200 - 19 - 36, 200 - 19 - 33),),
}
ATTRACTION: dict[str, tuple[Seen, ...]] = {
    "chain_leaders": (leads(1.10),),
    "chain_attraction": (leads(1.06),),
    "quarterly_target_list": (leads(1.05),),
    "lead_regions": (leads(1.10),),
    "away_offices": (leads(1.08),),
    "promotion_events": (leads(1.06),),
    "county_assessment": (lost("negotiate", 0.97),),
    "annual_awards": (leads(1.04),),
    "promises_honoured": (lost("start", 0.75),),
    "one_enterprise_one_policy": (lost("negotiate", 0.97),),
    "central_local_cooperation": (leads(1.04),),
    # each further bidder adds 35.36%, 25%, 12.5%: 20 days become 34.14, 30, 25, to the nearest day; odds of 1 + 2 x that, 1.7071067812,
    # 1.5, 1.25, are lost of 2.7071067812, 2.5, 2.25
    "city_coordination": (
        Seen(small.BIDDERS, "started", (160, 166, 170, 175)),
        Seen(small.BIDDERS, "kept_lead negotiate", (199 / 3, 199 / 2.7071067812, 199 / 2.5, 199 / 2.25)),
    ),
}
LAND: dict[str, tuple[Seen, ...]] = {
    # 120% of 100 mu: 109.54, 120, 144 mu; after eleven months 1,210, 1,320, 1,584 mu
    "rolling_land": (Seen(small.READY_LAND, "landed", (110, 121, 132, 158)),),
    # land 19.49, 19, 18.05
    "factors_follow_projects": (MORE_LAND_BY_A_TENTH, days("landed", 180, 180, 181, 181)),
    "element_guarantees": (MORE_LAND_BY_A_TENTH, LAND_BY_A_TENTH),
    # land as above; permit 38.99, 38, 36.1
    "command_committee_platform": (LAND_BY_A_TENTH, days("permitted", 140, 200 - 19 - 39, 200 - 18 - 38, 200 - 17 - 37)),
    "development_zones": (LAND_BY_A_TENTH,),
}
MONEY: dict[str, tuple[Seen, ...]] = {
    # of 3 yuan 0.75, 1.5, 3: to whole yuan 1, 2, 3, of ten projects
    "capital_cycle": (Seen(small.LAND_FUND, "stock", (0, 10, 20, 30)),),
    # of 10, 20 and 30 days 8.37, 16.73 and 25.1; 7, 14 and 21; 4.9, 9.8 and 14.7
    "special_bond_pipeline": (
        Seen(small.BONDS, "bond_issued", (140, 200 - 9 - 17 - 26, 200 - 7 - 14 - 21, 200 - 5 - 10 - 15)),
        sent_back("bond_application"),
    ),
    "financial_instruments": (TWO_PERCENT,),
    "awards_and_subsidies": (ONE_PERCENT, lost("start", 0.95)),
    "relief_list": (lost("start", 0.85),),
}
SUPERVISION: dict[str, tuple[Seen, ...]] = {
    # land 19.49, 19, 18.05; permit 38.99, 38, 36.1; start 55.32, 51, 43.35
    "promised_schedules": (days("started", 80, 200 - 20 - 39 - 56, 200 - 19 - 38 - 51, 200 - 19 - 37 - 44),),
    # not taken: `young` has the desk from day 32 to 42, `old` to 52. Taken: the review of 1 February finds `old` waiting for 30 days,
    # `young` for 11: `old` has it for 9 days to 41, `young` to 50, and `middle` (taken up with `old` if its 21 days sufficed) after them
    "problem_lists": (
        Seen(small.PROBLEMS, "old", (0, REFUSED, 1, REFUSED)),
        Seen(small.PROBLEMS, "young", (1, REFUSED, 1, REFUSED)),
    ),
    # nothing of a twelfth is done by 1 February: half of 100% is more than the 10% allowed: 28 days at 1,100 yuan.
    # A little behind: 27.9 of 361.9 / 12 = 30.1583 thousand, 7.48826% are missing, a half is 3.7441%: 27,900 + 28 x 1,037.441 yuan
    "monthly_ranking": (
        Seen(small.BEHIND, "investment", (28_000, REFUSED, 30_800, REFUSED)),
        Seen(small.A_LITTLE_BEHIND, "investment", (55_900, REFUSED, 56_948, REFUSED)),
    ),
    "site_observation": (ONE_PERCENT,),
    # entry after 40 days: 36.88, 34, 28.9; the report of August is known 40 days after its end, day 243, or 28.28, 20, 10
    "cloud_dispatch": (
        Seen(small.ENTRY, "counted", (960_000, 963_000, 966_000, 971_000)),
        Seen(small.REPORTS, "known 7", (243 + 40, 243 + 28, 243 + 20, 243 + 10), grows=-1),
    ),
    # start 55.32, 51, 43.35; 101.5%: 1.007472, 1.015, 1.030225
    "task_forces": (
        days("started", 80, 200 - 60 - 56, 200 - 60 - 51, 200 - 60 - 44),
        lost("start", 0.90),
        sites(1_000_000, 1_007_472, 1_015_000, 1_030_225),
    ),
    "joint_headquarters": (PERMIT_AND_START_BY_A_TENTH,),
    # permit 37.95, 36, 32.4; start 53.67, 48, 38.4
    "rolling_stock": (TWO_PERCENT, days("started", 80, 200 - 20 - 38 - 54, 200 - 20 - 36 - 48, 200 - 20 - 33 - 39)),
    "full_process_tracking": (lost("start", 0.80),),
    # 80% of 20 days, before 30: 17.89, 16, 12.8
    "project_reserve": (Seen(small.RESERVE, "listed", (150, 200 - 18 - 30, 200 - 16 - 30, 200 - 13 - 30)), lost("plan", 0.80)),
    # 70% of 30 days, after 20: 25.1, 21, 14.7
    "reserve_packaging": (Seen(small.RESERVE, "listed", (150, 200 - 20 - 26, 200 - 20 - 21, 200 - 20 - 15)), sent_back("package")),
}
ROWS = {**APPROVAL, **ATTRACTION, **LAND, **MONEY, **SUPERVISION}
