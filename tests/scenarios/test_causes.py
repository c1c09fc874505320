"""Each cause that a scenario can be freed of moves what it names, in the right direction and in every replication; seeds are paired."""

import pytest

from sim.engine.run import numbered, together
from sim.model.compile import compile_model
from sim.results.measures import measure
from sim.scenario.loading import load

CITIES = ("hengyang-2022", "foshan-2021")
REPLICATIONS, SEED, KAPPA = 8, 1, 1.15


class City:
    """What became of a city in each replication."""

    def __init__(self, name, *overrides, sets=()):
        loaded = load(name, overrides=overrides, sets=sets)
        self.model = compile_model(loaded.scenario, loaded.as_written)
        draws, trace = together(self.model, SEED, numbered(REPLICATIONS), KAPPA)
        self.measures = measure(self.model, draws, trace)

    def stage(self, column, name):
        """(replication,) a column of the stage table."""
        return self.measures.stages[column][:, self.model.network.names.index(name)]

    def month(self, metric, number):
        """(replication,) a metric at the end of a month."""
        return self.measures.monthly[metric][:, number - 1]


@pytest.fixture(scope="module")
def plain():
    return {name: City(name) for name in CITIES}


@pytest.mark.parametrize("name", CITIES)
def test_without_a_land_limit_nobody_waits_for_land(plain, name):
    free = City(name, "without_land_limit")
    assert (plain[name].stage("waited", "land") > 0).any()
    assert (free.stage("waited", "land") == 0).all()
    assert (free.month("projects_landed", 3) >= plain[name].month("projects_landed", 3)).all()
    assert free.month("projects_landed", 3).sum() > plain[name].month("projects_landed", 3).sum()


@pytest.mark.parametrize("name", CITIES)
def test_without_a_permit_queue_no_permit_waits_and_its_work_is_the_same(plain, name):
    free = City(name, "without_permit_queue")
    assert (plain[name].stage("wait_days", "permit") > 0).all()
    assert (free.stage("wait_days", "permit") == 0).all()
    assert (free.month("projects_permitted", 4) >= plain[name].month("projects_permitted", 4)).all()
    assert free.month("projects_permitted", 4).sum() > plain[name].month("projects_permitted", 4).sum()
    assert (free.measures.pools["held_days"][:, 0] > 0).all()


@pytest.mark.parametrize("name", CITIES)
def test_without_a_season_the_months_are_alike_and_the_year_is_about_as_long(plain, name):
    free = City(name, "without_season")
    assert (free.month("investment_completed", 1) > 1.1 * plain[name].month("investment_completed", 1)).all()
    year = free.model.network.clocks[free.model.network.spending].readings[365]
    as_written = plain[name].model.network.clocks[plain[name].model.network.spending].readings[365]
    assert year == pytest.approx(as_written, rel=0.01)
    rates = free.model.network.clocks[free.model.network.spending].rates[:365]
    assert sorted(set(rates.tolist())) == [0, 960_000]
    assert (rates == 0).sum() == 2


@pytest.mark.parametrize("name", CITIES)
def test_without_an_entry_delay_work_counts_as_soon_as_it_is_done(plain, name):
    free = City(name, "without_entry_delay")
    for number in range(12):
        assert (free.month("projects_entered", number + 1) == free.month("projects_started", number + 1)).all()
    assert (free.month("investment_counted", 6) >= plain[name].month("investment_counted", 6)).all()
    assert (free.month("investment_counted", 6) > plain[name].month("investment_counted", 6)).any()
    assert free.month("investment_completed", 12).tolist() == plain[name].month("investment_completed", 12).tolist()


def test_without_a_fund_limit_public_works_of_foshan_spend_more(plain):
    free = City("foshan-2021", "without_fund_limit")
    gained = free.month("investment_completed", 12) - plain["foshan-2021"].month("investment_completed", 12)
    assert (gained >= 0).all()
    assert (gained > 0).any()
    assert free.month("projects_started", 12).tolist() == plain["foshan-2021"].month("projects_started", 12).tolist()


def test_without_an_intake_gap_the_list_of_hengyang_is_whole_on_1_january(plain):
    free = City("hengyang-2022", "without_intake_gap")
    assert (free.month("investment_completed", 3) > plain["hengyang-2022"].month("investment_completed", 3)).all()
    assert (free.month("projects_implemented", 12) >= plain["hengyang-2022"].month("projects_implemented", 12)).all()


@pytest.mark.parametrize("name", CITIES)
def test_causes_can_be_taken_away_together(name):
    names = load(name).scenario.overrides
    assert set(load("hengyang-2022").scenario.overrides) & set(load("foshan-2021").scenario.overrides) == {
        *("without_land_limit", "without_permit_queue", "without_season", "without_entry_delay")
    }
    free = City(name, *names)
    assert (free.stage("waited", "land") == 0).all()
    assert (free.stage("waited", "permit") == 0).all()


def test_every_number_of_a_cause_is_assumed():
    causes = ["without_land_limit", "without_permit_queue", "without_season", "without_entry_delay"]
    plain, changed = load("hengyang-2022"), load("hengyang-2022", overrides=causes)
    moved = {path for path, origin in changed.origins.items() if origin != plain.origins.get(path)}
    assert {changed.origins[path].kind for path in moved if changed.origins[path].kind} == {"assumed"}
    assert {"pools.permit_desk.capacity", "workflow.enter_statistics.duration"} <= moved
