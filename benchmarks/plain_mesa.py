"""The reduced world as a plain Mesa model: agents in Python, as a careful Mesa user would write them.

Crews walk the streets; at each intersection they take the street taken longest ago. Calls come in; the nearest free
crew walks there by the shortest way, works, and patrols on.

What is equal to the engine: the district, the day's calls with their work, the crews and where they start, the travel
tables (given to both), and every rule of ``docs/odd.md`` that this world has room for. Time is whole microseconds here
too and simultaneous events have the same order, so both make the same moves and a call has the same response in both.

What is not: agents are objects that call each other, as in any Mesa model. They wake when something happens to them (a
heap of wake-ups), which is many times faster than ``agents.shuffle_do("step")`` with ticks of a second, and the travel
tables are read with numpy, a column a call. Of the books that the engine keeps (idleness and presence of streets, hours
in every state, stamps of every assignment) this model keeps response, calls served and passes. All three favour Mesa.
"""

from __future__ import annotations

import heapq
import itertools
from operator import attrgetter

import mesa
import numpy as np

from sim import draws
from sim.tables import MAX_STAGES, Forces, World
from sim.vocabulary import EventKind, Purpose

LONGEST_AGO = attrgetter("taken_us")


class Street:
    """A segment between intersections ``a`` and ``b``."""

    def __init__(self, number: int, a: int, b: int, length_m: float, walk_us: tuple[int, int]):
        self.number = number
        self.a, self.b = a, b
        self.length_m = length_m
        self.walk_us = walk_us  # from a to b, from b to a
        self.taken_us = -1  # when a patrol last set out on it, or came to its end

    def time_us(self, from_m: float, to_m: float) -> int:
        """Time to walk from one offset to another."""
        whole = self.walk_us[0 if to_m > from_m else 1]
        return round(whole * (abs(to_m - from_m) / self.length_m))


class Call(mesa.Agent):
    """A request for one crew."""

    def __init__(self, model: District, number: int, street: Street, offset_m: float, work_us: int):
        super().__init__(model)
        self.number = number
        self.street, self.offset_m = street, offset_m
        self.work_us = work_us
        self.received_us = model.now_us
        # Walking time from every intersection to here by end a and by end b, whichever is shorter.
        by_a = model.travel_us[:, street.a] + street.time_us(0.0, offset_m)
        by_b = model.travel_us[:, street.b] + street.time_us(street.length_m, offset_m)
        self.by_a = by_a <= by_b
        self.time_from_us = np.minimum(by_a, by_b).tolist()

    def done(self, crew: Crew) -> None:
        self.model.close(self)
        self.remove()
        crew.become_free()


class Crew(mesa.Agent):
    """Two people on foot: on patrol, on the way to a call, or at one."""

    def __init__(self, model: District, number: int, key: int, street: Street, offset_m: float):
        super().__init__(model)
        self.number, self.key = number, key
        self.choices = 0
        self.free = True
        self.call: Call | None = None
        self.street = street
        self.walks = 0  # numbers the legs, so that a wake-up for a leg cut short is known as stale
        self.stand(street, offset_m)

    # where it is

    def stand(self, street: Street, offset_m: float) -> None:
        self.street = street
        self.from_m = self.to_m = offset_m
        self.left_us = self.due_us = self.model.now_us
        self.walks += 1

    def offset_now_m(self) -> float:
        if self.due_us == self.left_us:
            return self.to_m
        share = (self.model.now_us - self.left_us) / (self.due_us - self.left_us)
        return self.from_m + (self.to_m - self.from_m) * share

    def intersection(self) -> int | None:
        """Where a standing crew is, if that is an end of its street."""
        if self.to_m == 0.0:
            return self.street.a
        return self.street.b if self.to_m == self.street.length_m else None

    def cross(self, street: Street) -> None:
        """Walk a whole street, from the end at which the crew stands."""
        if street.a == self.intersection():
            self.walk(street, 0.0, street.length_m, street.walk_us[0])
        else:
            self.walk(street, street.length_m, 0.0, street.walk_us[1])

    def walk_to(self, to_m: float) -> None:
        """Walk a part of the street on which the crew stands."""
        self.walk(self.street, self.to_m, to_m, max(1, self.street.time_us(self.to_m, to_m)))

    def walk(self, street: Street, from_m: float, to_m: float, time_us: int) -> None:
        self.street, self.from_m, self.to_m = street, from_m, to_m
        self.left_us = self.model.now_us
        self.due_us = self.left_us + time_us
        self.walks += 1
        self.model.moves += 1
        self.model.wake(self.due_us, EventKind.UNIT_NEXT, self.number, self.arrive, self.walks)

    def arrive(self, walk: int) -> None:
        """A leg is over, unless it was cut short in the meantime."""
        if walk != self.walks:
            return
        if self.call is None:
            if abs(self.to_m - self.from_m) == self.street.length_m:
                self.model.passed(self.street)
            self.patrol()
        else:
            self.go_on(self.call)

    # what it does

    def patrol(self) -> None:
        street = min(self.model.streets_at[self.intersection()], key=LONGEST_AGO)
        street.taken_us = self.model.now_us
        self.cross(street)

    def become_free(self) -> None:
        """Back to patrol; from within a street to either end with equal chance."""
        self.call, self.free = None, True
        if self.intersection() is not None:
            self.patrol()
        else:
            seed, replication = self.model.day
            to_a = draws.uniform(seed, replication, Purpose.PATROL, self.key, self.choices) < 0.5
            self.choices += 1
            self.street.taken_us = self.model.now_us
            self.walk_to(0.0 if to_a else self.street.length_m)
        self.model.serve_waiting()

    def time_to_us(self, call: Call) -> int:
        """By the better end of the street it is on, or straight if the call is on it too."""
        street, offset_m = self.street, self.offset_now_m()
        by_a = street.time_us(offset_m, 0.0) + call.time_from_us[street.a]
        by_b = street.time_us(offset_m, street.length_m) + call.time_from_us[street.b]
        best = min(by_a, by_b)
        return min(best, street.time_us(offset_m, call.offset_m)) if street is call.street else best

    def respond(self, call: Call) -> None:
        self.call, self.free = call, False
        self.stand(self.street, self.offset_now_m())
        street, offset_m = self.street, self.to_m
        by_a = street.time_us(offset_m, 0.0) + call.time_from_us[street.a]
        by_b = street.time_us(offset_m, street.length_m) + call.time_from_us[street.b]
        straight = street is call.street and street.time_us(offset_m, call.offset_m) <= min(by_a, by_b)
        end_m = 0.0 if by_a <= by_b else street.length_m
        if straight or offset_m == end_m:
            self.go_on(call)
        else:
            self.walk_to(end_m)

    def go_on(self, call: Call) -> None:
        """The next leg towards the call, or there."""
        here = self.intersection()
        goal = None if here is None else (call.street.a if call.by_a[here] else call.street.b)
        if here is not None and here != goal:
            self.cross(self.model.streets_at[here][self.model.hop[here, goal]])
            return
        if here is not None:  # at the end by which it enters the call's street
            self.stand(call.street, 0.0 if here == call.street.a else call.street.length_m)
        if self.to_m == call.offset_m:
            self.model.arrived(self, call)
        else:
            self.walk_to(call.offset_m)


class District(mesa.Model):
    """Streets, crews and one day of calls. ``run()``, then ``statistics()``."""

    crew_class, call_class = Crew, Call

    def __init__(self, world: World, forces: Forces):
        super().__init__(rng=world.seed)
        self.now_us = 0
        self.day = (world.seed, world.replication)
        self.window_us = (world.warm_up_us, world.end_us)
        self.horizon_us = world.horizon_us
        self.moves = self.passes = self.served = 0
        self.responses_us: dict[int, int] = {}
        self.waiting: list[Call] = []
        self.schedule: list[tuple] = []
        self.sequence = itertools.count()  # so that the heap never compares what it is to do

        self.travel_us = world.streets.time_us[0]
        self.hop = world.streets.hop[0]
        arc_us = world.streets.arc_us[0].tolist()
        self.streets = [
            Street(s, int(row["a"]), int(row["b"]), float(row["length_m"]), (arc_us[2 * s], arc_us[2 * s + 1]))
            for s, row in enumerate(world.streets.segments)
        ]
        first, arcs = world.streets.node_first, world.streets.node_arcs
        self.streets_at = [
            [self.streets[arc // 2] for arc in arcs[first[n] : first[n + 1]]] for n in range(len(world.streets.x_m))
        ]
        self.crews = [
            self.crew_class(self, u, int(row["key"]), self.streets[row["start_segment"]], float(row["start_offset_m"]))
            for u, row in enumerate(forces.units)
        ]
        for crew in self.crews:
            crew.become_free()
        self.measured_open = 0
        for i, row in enumerate(world.incidents):
            began_us = int(row["began_us"])
            self.measured_open += self.measured(began_us)
            work_us = int(world.stages[i * MAX_STAGES]["work_us"])
            place = self.streets[row["segment"]], float(row["offset_m"])
            self.wake(began_us, EventKind.SENDABLE, i, self.call_in, (i, *place, work_us))

    def measured(self, at_us: int) -> bool:
        return self.window_us[0] <= at_us < self.window_us[1]

    # the clock

    def wake(self, at_us: int, kind: int, number: int, act, argument) -> None:
        heapq.heappush(self.schedule, (at_us, int(kind), number, next(self.sequence), act, argument))

    def run(self) -> None:
        """Until the measured time is over and all of its calls are closed."""
        schedule = self.schedule
        while schedule and schedule[0][0] < self.horizon_us:
            if schedule[0][0] >= self.window_us[1] and not self.measured_open:
                break
            self.now_us, _, _, _, act, argument = heapq.heappop(schedule)
            act(argument)

    # what happens

    def passed(self, street: Street) -> None:
        street.taken_us = self.now_us
        self.passes += self.measured(self.now_us)

    def call_in(self, call: tuple) -> None:
        self.waiting.append(self.call_class(self, *call))
        self.serve_waiting()

    def serve_waiting(self) -> None:
        """The longest waiting call first; the nearest free crew goes."""
        while self.waiting:
            free = [crew for crew in self.crews if crew.free]
            if not free:
                return
            call = self.waiting.pop(0)
            min(free, key=lambda crew: crew.time_to_us(call)).respond(call)

    def arrived(self, crew: Crew, call: Call) -> None:
        if self.measured(call.received_us):
            self.responses_us[call.number] = self.now_us - call.received_us
        self.wake(self.now_us + call.work_us, EventKind.WORK, call.number, call.done, crew)

    def close(self, call: Call) -> None:
        self.measured_open -= self.measured(call.received_us)
        self.served += 1

    def statistics(self) -> dict[str, float]:
        """Mean response of measured calls, calls served in the whole run, passes an hour of the measured time."""
        hours = (self.window_us[1] - self.window_us[0]) / 3.6e9
        return {
            "mean_response_min": float(np.mean(list(self.responses_us.values()))) / 60e6,
            "calls_served": self.served,
            "passes_per_h": self.passes / hours,
        }
