"""Which fact of a document names which measure: every source is a fact that there is, and every measure of a document is somebody's."""

import pytest

from sim.scenario.loading import library_levers, load
from tests.levers.probing import CITIES
from tests.seeds.facts import SEEDS, facts_of

DOCUMENTS = sorted(path.stem for path in SEEDS.glob("*.yaml"))
FACTS = {f"{document}/{name}": fact for document in DOCUMENTS for name, fact in facts_of(document).items()}
MEASURES = [name for name, fact in FACTS.items() if fact["metric"] == "measure"]
NO_LEVER: dict[str, str] = {}
"""Measure of a document that no lever stands for -> why not."""
OTHER_FACTS = {
    "zhaoqing/delegated_powers_2023": "40 powers delegated",
    "zhaoqing/four_certificates_2023": "four certificates in 3 days",
    "shenyang/horse_race_2023": "four tracks of the horse race",
    "shenyang/development_sectors_2023": "35 development sectors",
    "shenyang/zones_2023": "three zones by name",
}
"""Facts of another metric that name a measure -> what they state of it."""


def sources() -> dict[str, tuple[str, ...]]:
    """Lever, with the city that says something of its own of it -> the facts that name it."""
    found = {name: lever.sources for name, lever in library_levers().items()}
    for city in CITIES:
        found |= {f"{city} {name}": lever.sources for name, lever in load(city).scenario.levers.items()}
    return found


def test_every_source_of_a_lever_is_a_fact():
    missing = {name: [one for one in told if one not in FACTS] for name, told in sources().items()}
    assert {name: told for name, told in missing.items() if told} == {}


def test_every_lever_has_a_source():
    assert [name for name, told in sources().items() if not told] == []


def test_what_names_a_lever_is_a_measure_or_a_number_of_one():
    others = {one for told in sources().values() for one in told if FACTS[one]["metric"] != "measure"}
    assert others == set(OTHER_FACTS)


def test_every_measure_of_a_document_is_some_levers_or_it_is_said_why_not():
    used = {one for told in sources().values() for one in told}
    assert [name for name in MEASURES if name not in used and name not in NO_LEVER] == []
    assert [name for name in NO_LEVER if name in used or name not in MEASURES] == []


@pytest.mark.parametrize("city", CITIES)
def test_what_a_city_says_of_its_levers_is_from_documents_of_that_city(city):
    written = load(city).scenario.levers
    own = city.rpartition("-")[0]
    foreign = {name: [one for one in lever.sources if not one.startswith(f"{own}/")] for name, lever in written.items()}
    assert {name: told for name, told in foreign.items() if told} == {}
