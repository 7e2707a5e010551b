"""The plain Mesa model as most Mesa models are written: a tick of one second asks every agent, in random order.

Same agents, same rules as ``plain_mesa``. A leg that ends within a tick is followed by the next at once, so no time
is lost to rounding; what is lost is the order of what happens within one tick, and calls wait for its end. Hence
statistics agree and single calls do not.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

from benchmarks.plain_mesa import Call, Crew, District
from sim.vocabulary import NEVER, SECOND

TICK_US = SECOND  #: a crew walks 1.2 metres


class Ticking:
    """An agent that is asked at every tick whether its time has come."""

    model: District
    wake_us: int = NEVER
    act: Callable
    argument: object

    def step(self) -> None:
        end_us = self.model.now_us
        while self.wake_us <= end_us:
            self.model.now_us, self.wake_us = self.wake_us, NEVER
            self.act(self.argument)
        self.model.now_us = end_us


class TickingCrew(Ticking, Crew):
    """A crew that is asked every second."""


class TickingCall(Ticking, Call):
    """A call that is asked every second."""


class TickingDistrict(District):
    """The district with a clock that ticks."""

    crew_class, call_class = TickingCrew, TickingCall

    def wake(self, at_us: int, kind: int, number: int, act, argument) -> None:
        if act == self.call_in:
            super().wake(at_us, kind, number, act, argument)
        else:
            agent = act.__self__
            agent.wake_us, agent.act, agent.argument = at_us, act, argument

    def run(self) -> None:
        while self.now_us < self.horizon_us and (self.now_us < self.window_us[1] or self.measured_open):
            self.now_us += TICK_US
            self.agents.shuffle_do("step")
            while self.schedule and self.schedule[0][0] <= self.now_us:
                _, _, _, _, act, argument = heapq.heappop(self.schedule)
                act(argument)
