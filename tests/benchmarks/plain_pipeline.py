"""The pipeline as a SimPy program, without our engine: resources, a container and timeouts, first come first served."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from tests.benchmarks.pipeline import STAGES, TIMES, Given, Log

LAND, PERMIT, DESIGN, START, BUILD = range(len(STAGES))

Steps = Generator[simpy.Event, object, None]


class City:
    """What projects share, and the record of what happened to each."""

    def __init__(self, env: simpy.Environment, numbers: Given) -> None:
        self.env = env
        self.numbers = numbers
        self.land = simpy.Container(env, init=numbers.stock)
        self.desks = simpy.Resource(env, numbers.desks)
        self.designers = simpy.Resource(env, numbers.designers)
        self.builders = simpy.Resource(env, numbers.builders)
        self.log: Log = {name: [[-1] * len(STAGES) for _ in numbers.arrival] for name in TIMES}
        self.requested, self.began, self.ended = (self.log[name] for name in TIMES)

    def tranches(self) -> Steps:
        """Land comes in on given dates."""
        for tick, amount in self.numbers.tranches:
            yield self.env.timeout(tick - self.env.now)
            yield self.land.put(amount)

    def project(self, number: int) -> Steps:
        """The way of a project through the five stages."""
        env, numbers = self.env, self.numbers
        requested, began, ended = self.requested[number], self.began[number], self.ended[number]
        durations = numbers.durations[number]

        yield env.timeout(numbers.arrival[number])
        requested[LAND] = env.now
        yield self.land.get(numbers.land[number])
        began[LAND] = env.now
        yield env.timeout(durations[LAND])
        ended[LAND] = env.now

        yield from self.served(number, PERMIT, self.desks)
        yield from self.served(number, DESIGN, self.designers)

        if numbers.planned_start[number] > env.now:
            yield env.timeout(numbers.planned_start[number] - env.now)
        requested[START] = began[START] = env.now
        yield env.timeout(durations[START])
        ended[START] = env.now

        yield from self.served(number, BUILD, self.builders)

    def served(self, number: int, stage: int, servers: simpy.Resource) -> Steps:
        """A stage that holds one of its servers."""
        env = self.env
        self.requested[number][stage] = env.now
        with servers.request() as turn:
            yield turn
            self.began[number][stage] = env.now
            yield env.timeout(self.numbers.durations[number][stage])
        self.ended[number][stage] = env.now


def simulate(numbers: Given) -> Log:
    """Run the pipeline to the horizon; what happens at the horizon still happens."""
    env = simpy.Environment()
    city = City(env, numbers)
    env.process(city.tranches())
    for number in range(len(numbers.arrival)):
        env.process(city.project(number))
    env.run(until=numbers.horizon + 1)
    return city.log
