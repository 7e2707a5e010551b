"""The twin: a slow, plain-Python simulator written from ``docs/odd.md`` alone, to be held beside it rule by rule.

It shares with the kernel only the tables (``sim/tables.py``), the words (``sim/vocabulary.py``) and the draws
(``sim/draws.py``). It does not read the travel tables: shortest times, hops and parking places are its own. Numbers in
brackets are the rules of odd.md. It is one file on purpose: a reviewer reads it from top to bottom with the
rules beside, and ``tests/test_twin_mutations.py`` plants bugs in its text.
"""

from __future__ import annotations

import heapq
import math
from collections import namedtuple
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim import tables
from sim.draws import pair_key, uniform
from sim.tables import MAX_STAGES, Forces, Records, World
from sim.vocabulary import (
    HOUR,
    LOOKING,
    MEET_US,
    NEVER,
    NOBODY,
    Activity,
    Authority,
    BorderRule,
    CommitmentKind,
    Duty,
    Ending,
    EventKind,
    LeavesPost,
    Metric,
    Outcome,
    PatrolRule,
    Phase,
    Purpose,
    QueueOrder,
    QueueRule,
    ScoreRule,
    UnitState,
    activity_of,
)

LN2 = 0.6931471805599453
COVERING = (UnitState.PATROL, UnitState.POST, UnitState.RETURNING)  # presence counts (30); a commitment begins (31c)
SEEN_HOURS = (2, 4, 8)
STAMPS = (
    "received",
    "handled",
    "first_arrival",
    "first_presence",
    "first_capable",
    "complement",
    "work_end",
    "closed",
)


def rows(array: np.ndarray) -> list:
    """The rows of a structured array as named tuples of Python ints and floats."""
    row = namedtuple("row", array.dtype.names)
    return [row(*(v.tolist() if isinstance(v, np.ndarray) else v for v in values)) for values in array.tolist()]


def plus(*times: int) -> int:
    """A sum of times in which NEVER stays NEVER."""
    return min(NEVER, sum(times))


# ------------------------------------------------------------------------------------------------ streets (7-9)


class Place(NamedTuple):
    """On a segment, or in an area of a plane: then x and y (7c)."""

    segment: int
    offset_m: float
    across_m: float = 0.0


class Way(NamedTuple):
    """A chosen route (9): by which exit, to which intersection, and what then."""

    us: int
    mode: int
    exit: int  # intersection by which the present segment is left; NOBODY: straight to the target
    goal: int  # intersection to drive or walk to
    parks: bool  # at the goal the vehicle is left (8)
    target: Place | None  # None: the goal itself is the target


def straight(mode: int, us: int, target: Place) -> Way:
    """A way that passes no intersection."""
    return Way(us, mode, NOBODY, NOBODY, False, target)


class Network:
    """The streets with travel times of its own making."""

    def __init__(self, world: World):
        streets = world.streets
        self.x_m, self.y_m = streets.x_m.tolist(), streets.y_m.tolist()
        self.segments = rows(streets.segments)
        self.foot, self.dismount_us = streets.foot.tolist(), streets.dismount_us.tolist()
        arc_us, modes = streets.arc_us.tolist(), len(self.foot)
        self.epochs = [arc_us[row : row + modes] for row in range(0, len(arc_us), modes)]
        self.open_us = self.epochs[0]  # with every street open
        self.leaving = [[] for _ in self.x_m]  # segments at an intersection, ascending
        for number, segment in enumerate(self.segments):
            self.leaving[segment.a].append(number)
            self.leaving[segment.b].append(number)
        self.begin_epoch(0)

    def begin_epoch(self, epoch: int) -> None:
        """10."""
        self.arc_us = self.epochs[epoch]
        self.known = {}  # (mode, intersection) -> times from there

    def spot(self, s: int, along: float, _across: float) -> Place:
        """29a: a place drawn on a segment."""
        return Place(s, along * self.segments[s].length_m)

    def point(self, place: Place) -> tuple[float, float]:
        """13a."""
        seg = self.segments[place.segment]
        share = place.offset_m / seg.length_m
        xa, xb, ya, yb = self.x_m[seg.a], self.x_m[seg.b], self.y_m[seg.a], self.y_m[seg.b]
        return xa + (xb - xa) * share, ya + (yb - ya) * share

    def displacement(self, one: Place, other: Place) -> tuple[float, float]:
        """13b, 25: in a straight line."""
        (x, y), (x2, y2) = self.point(one), self.point(other)
        return x2 - x, y2 - y

    def end_m(self, s: int, n: int) -> float:
        return 0.0 if n == self.segments[s].a else self.segments[s].length_m

    def node_at(self, place: Place) -> int:
        """7a: the intersection, or NOBODY in mid-segment."""
        seg = self.segments[place.segment]
        return seg.a if place.offset_m == 0 else seg.b if place.offset_m == seg.length_m else NOBODY

    def other_end(self, s: int, n: int) -> int:
        return self.segments[s].b if n == self.segments[s].a else self.segments[s].a

    def starts_at(self, arc: int) -> int:
        segment = self.segments[arc // 2]
        return segment.b if arc % 2 else segment.a

    def arc_from(self, mode: int, s: int, n: int) -> int:
        """Table time of the whole arc of segment s that leaves its end n."""
        return self.arc_us[mode][2 * s if n == self.segments[s].a else 2 * s + 1]

    def arc_ever_from(self, mode: int, s: int, n: int) -> int:
        """10: the same in the first epoch."""
        return self.open_us[mode][2 * s if n == self.segments[s].a else 2 * s + 1]

    def may_pass(self, mode: int, s: int) -> bool:
        """8."""
        return self.arc_us[mode][2 * s] < NEVER or self.arc_us[mode][2 * s + 1] < NEVER

    def may_ever_pass(self, mode: int, s: int) -> bool:
        """10: in the first epoch, in which every street is open."""
        return self.open_us[mode][2 * s] < NEVER or self.open_us[mode][2 * s + 1] < NEVER

    def part_us(self, mode: int, s: int, from_m: float, to_m: float, enters: bool = False) -> int:
        """7: table time of a part; 9: none where it has no length; 10: a closed street is left and not entered."""
        if from_m == to_m:
            return 0
        arc = (self.arc_us if enters else self.open_us)[mode][2 * s if to_m > from_m else 2 * s + 1]
        return NEVER if arc >= NEVER else round(arc * (abs(to_m - from_m) / self.segments[s].length_m))

    def times_from(self, mode: int, n: int) -> list[int]:
        """Shortest table times from intersection n to all (Dijkstra)."""
        if (mode, n) not in self.known:
            times = [NEVER] * len(self.x_m)
            times[n] = 0
            front = [(0, n)]
            while front:
                at, u = heapq.heappop(front)
                if at > times[u]:
                    continue
                for s in self.leaving[u]:
                    v, reached = self.other_end(s, u), plus(at, self.arc_from(mode, s, u))
                    if reached < times[v]:
                        times[v] = reached
                        heapq.heappush(front, (reached, v))
            self.known[mode, n] = times
        return self.known[mode, n]

    def hop(self, mode: int, u: int, v: int) -> int:
        """9c: the segment to take first from u to v."""
        least = self.times_from(mode, u)[v]
        for s in self.leaving[u]:
            if plus(self.arc_from(mode, s, u), self.times_from(mode, self.other_end(s, u))[v]) == least:
                return s
        raise AssertionError("no first arc on a shortest way")

    def parking(self, mode: int, u: int, v: int) -> tuple[int, int]:
        """8: (time from u by vehicle, dismount, on foot to v; the smallest intersection where the vehicle can stay)."""
        if self.foot[mode] == mode:
            return NEVER, NOBODY
        return min(
            (plus(by_vehicle, self.dismount_us[mode], self.times_from(self.foot[mode], p)[v]), p)
            for p, by_vehicle in enumerate(self.times_from(mode, u))
        )

    def route(self, mode: int, start: Place, target: Place, may_walk: bool) -> Way | None:
        """9: the least way; the first of equals; None where there is none."""
        (s, x, _), (t, y, _) = start, target
        here, there = self.segments[s], self.segments[t]
        best = None
        drives, enters = self.may_pass(mode, t), self.node_at(start) != NOBODY
        if s == t and self.may_ever_pass(mode, t):
            best = straight(mode, self.part_us(mode, s, x, y, enters), target)
        for e in (here.a, here.b) if drives or may_walk else ():
            out = self.part_us(mode, s, x, self.end_m(s, e), enters)
            for f in (there.a, there.b):
                if drives:
                    middle, goal = self.times_from(mode, e)[f], f
                    last = self.part_us(mode, t, self.end_m(t, f), y, enters=True)
                else:
                    middle, goal = self.parking(mode, e, f)
                    last = self.part_us(self.foot[mode], t, self.end_m(t, f), y, enters=True)
                us = plus(out, middle, last)
                if best is None or us < best.us:
                    best = Way(us, mode, e, goal, not drives, target)
        return best if best is not None and best.us < NEVER else None

    def route_to_node(self, mode: int, start: Place, n: int) -> Way | None:
        """9a."""
        s, x, _ = start
        best, enters = None, self.node_at(start) != NOBODY
        for e in (self.segments[s].a, self.segments[s].b):
            us = plus(self.part_us(mode, s, x, self.end_m(s, e), enters), self.times_from(mode, e)[n])
            if best is None or us < best.us:
                best = Way(us, mode, e, n, False, None)
        return best if best.us < NEVER else None

    def estimate_us(self, mode: int, start: Place, target: Place, factor: float) -> int:
        """25: the time of the route at so much of the table's speed; NEVER where there is none."""
        way = self.route(mode, start, target, may_walk=True)
        return NEVER if way is None else round(way.us / factor)

    def has_length(self, way: Way, start: Place) -> bool:
        """9b: whether anything of the way has length (the pause counts)."""
        if way.exit == NOBODY:
            return start.offset_m != way.target.offset_m
        return (
            start.offset_m != self.end_m(start.segment, way.exit)
            or way.exit != way.goal
            or way.parks
            or (way.target is not None and self.end_m(way.target.segment, way.goal) != way.target.offset_m)
        )

    def is_whole(self, leg: Leg) -> bool:
        """30: from one end of its segment to the other."""
        return abs(leg.to_m - leg.from_m) == self.segments[leg.segment].length_m


class Leg(NamedTuple):
    """7."""

    segment: int
    from_m: float
    to_m: float
    start_us: int
    end_us: int

    @property
    def start(self) -> Place:
        return Place(self.segment, self.from_m)

    def offset(self, t: int) -> float:
        if t == self.end_us:
            return self.to_m
        return self.from_m + (self.to_m - self.from_m) * ((t - self.start_us) / (self.end_us - self.start_us))

    def place(self, t: int) -> Place:
        return Place(self.segment, self.offset(t))

    def reached(self, t: int) -> Place:
        """Where it has come to, as the record has it."""
        return self.place(t)

    def gone(self, t: int) -> float:
        """Metres since its start."""
        return abs(self.offset(t) - self.from_m)

    def velocity(self) -> float:
        """20b: metres a microsecond along the segment."""
        return (self.to_m - self.from_m) / (self.end_us - self.start_us)


# ------------------------------------------------------------------------------------------------ the plane (7c)


class Plane:
    """A rectangle or torus in which every mode goes straight, or first east or west and then north or south."""

    def __init__(self, world: World):
        plane, streets = world.plane, world.streets
        self.metric, self.torus, self.extent_m = plane.metric, bool(plane.torus), plane.extent_m.tolist()
        self.speed_mps, self.acceleration_mps2 = plane.speed_mps.tolist(), plane.acceleration_mps2.tolist()
        self.x_m, self.y_m = streets.x_m.tolist(), streets.y_m.tolist()
        self.segments = rows(streets.segments)
        self.foot = range(len(self.speed_mps))  # nobody leaves a vehicle

    def spot(self, s: int, east: float, north: float) -> Place:
        """29a: a place drawn in an area."""
        area = self.segments[s]
        x0, x1, y0, y1 = self.x_m[area.a], self.x_m[area.b], self.y_m[area.a], self.y_m[area.b]
        return Place(s, x0 + east * (x1 - x0), y0 + north * (y1 - y0))

    def displacement(self, one: Place, other: Place) -> tuple[float, float]:
        dx, dy = other.offset_m - one.offset_m, other.across_m - one.across_m
        return self.the_shorter_way(dx, 0), self.the_shorter_way(dy, 1)

    def the_shorter_way(self, d: float, axis: int) -> float:
        extent = self.extent_m[axis]
        if self.torus and d > extent / 2:
            return d - extent
        if self.torus and d < -extent / 2:
            return d + extent
        return d

    def inside(self, c: float, axis: int) -> float:
        """Taken back inside a torus; a line has only one coordinate to go round."""
        extent = self.extent_m[axis]
        if not self.torus or extent == 0:
            return c
        c -= extent * math.floor(c / extent)
        return 0.0 if c >= extent else c

    def length_m(self, dx: float, dy: float) -> float:
        return abs(dx) + abs(dy) if self.metric == Metric.MANHATTAN else math.sqrt(dx * dx + dy * dy)

    def way_us(self, mode: int, length_m: float, factor: float) -> int:
        if length_m == 0:
            return 0
        v, a = self.speed_mps[mode] * factor, self.acceleration_mps2[mode]
        if a == 0:
            seconds = length_m / v
        elif length_m <= v * v / a:
            seconds = 2 * math.sqrt(length_m / a)
        else:
            seconds = v / a + length_m / v
        return max(1, round(1e6 * seconds))

    def estimate_us(self, mode: int, start: Place, target: Place, factor: float) -> int:
        """25."""
        return self.way_us(mode, self.length_m(*self.displacement(start, target)), factor)

    def route(self, mode: int, start: Place, target: Place, may_walk: bool) -> Way:
        return straight(mode, self.estimate_us(mode, start, target, 1), target)

    def has_length(self, way: Way, start: Place) -> bool:
        return self.length_m(*self.displacement(start, way.target)) > 0

    def is_whole(self, _leg: Flight) -> bool:
        """30: there are no passes."""
        return False

    def flight(self, mode: int, start: Place, goal: Place, factor: float, t: int) -> Flight:
        dx, dy = self.displacement(start, goal)
        length = self.length_m(dx, dy)
        v, a = self.speed_mps[mode] * factor, self.acceleration_mps2[mode]
        return Flight(self, start, goal, dx, dy, length, v, a, t, t + self.way_us(mode, length, factor))


class Flight(NamedTuple):
    """A leg in a plane; it belongs to the goal's area."""

    plane: Plane
    start: Place
    goal: Place
    dx: float
    dy: float
    length_m: float
    v: float
    a: float
    start_us: int
    end_us: int

    @property
    def segment(self) -> int:
        return self.goal.segment

    def gone(self, t: int) -> float:
        if t == self.end_us:
            return self.length_m
        if self.a == 0:
            s = self.length_m * ((t - self.start_us) / (self.end_us - self.start_us))
        else:
            r, whole = (t - self.start_us) / 1e6, (self.end_us - self.start_us) / 1e6
            h = min(self.v / self.a, math.sqrt(self.length_m / self.a))
            if r <= h:
                s = self.a * r * r / 2
            elif r < whole - h:
                s = self.a * h * h / 2 + self.v * (r - h)
            else:
                s = self.length_m - self.a * (whole - r) * (whole - r) / 2
        return min(max(s, 0.0), self.length_m)

    def reached(self, t: int) -> Place:
        """Where it has come to, as the record has it: not taken back inside."""
        x, y, dx, dy = self.start.offset_m, self.start.across_m, self.dx, self.dy
        if t == self.end_us:
            return Place(self.segment, x + dx, y + dy) if self.plane.torus else self.goal
        s = self.gone(t)
        if self.plane.metric == Metric.EUCLID:
            return Place(self.segment, x + dx * (s / self.length_m), y + dy * (s / self.length_m))
        if s <= abs(dx):
            return Place(self.segment, x + s if dx > 0 else x - s, y)
        rest = s - abs(dx)
        return Place(self.segment, x + dx, y + rest if dy > 0 else y - rest)

    def place(self, t: int) -> Place:
        if t == self.end_us:
            return self.goal
        _, x, y = self.reached(t)
        return Place(self.segment, self.plane.inside(x, 0), self.plane.inside(y, 1))


# ------------------------------------------------------------------------------------------------ the calendar (2)


class Calendar:
    """Pending events by (time, kind, number); at most one of each kind and number."""

    def __init__(self):
        self.heap, self.due = [], {}

    def set(self, at: int, kind: EventKind, number: int) -> None:
        self.due[kind, number] = at
        heapq.heappush(self.heap, (at, int(kind), number))

    def void(self, kind: EventKind, number: int) -> None:
        self.due.pop((kind, number), None)

    def next_us(self) -> int:
        while self.heap and self.due.get(self.heap[0][1:]) != self.heap[0][0]:
            heapq.heappop(self.heap)
        return self.heap[0][0] if self.heap else NEVER

    def pop(self) -> tuple[int, int, int]:
        event = heapq.heappop(self.heap)
        del self.due[event[1:]]
        return event


# ------------------------------------------------------------------------------------------------ units and incidents


class Unit:
    """The running state of a unit (2)."""

    def __init__(self, number: int, row, tier, spells: list, commitments: list):
        self.number, self.row, self.tier = number, row, tier
        self.spells, self.commitments = spells, commitments
        self.state = UnitState.OFF_DUTY
        self.incident = None  # until it is free again
        self.assignment = None  # until cleared
        self.at = self.first_base
        self.leg = None
        self.last_leg = False  # of its way
        self.meets = False  # the leg ends where it meets a moving incident (20b)
        self.way = None
        self.vehicle_at = NOBODY  # intersection where its vehicle stays; NOBODY: it has it, or never had one
        self.pausing = False  # leaving the vehicle (8)
        self.errands = []  # what is left to do before it is free (18c)
        self.choices = 0  # patrol draws so far (5)
        self.spell = NOBODY  # spell of duty
        self.spell_over = True
        self.looking_spell = 0
        self.looking = False
        self.looks_from = 0
        self.sees = None  # the incident of its SIGHTING
        self.commitment = None
        self.commitment_end = 0
        self.rest = None  # (commitment, what is left of it)
        self.coming = 0  # number of the next commitment to begin
        self.goes_to = None  # (commitment, how long) while it is under way to its place (31c)
        self.station = None  # the place of the station that it has set out for (10a)
        self.wants_way = False  # stands in PATROL for want of a street or a way (10a)
        self.is_two = False  # its halves are on duty in its place (28b)
        self.round_at = row.round_start  # the arc of its round that it takes next (29b)
        self.bound_for = NOBODY  # row of the point that it visits (29c)
        self.dwelling = False
        self.awaited_at = None  # assignment at which it waits for its relief (31f)
        self.relief = NOBODY  # the unit it waits for
        self.relieves = None  # (unit, its assignment) to whose relief it was sent (31f)
        self.stands_from = None  # since when it has stood where it is in PATROL or POST (11a)
        self.moved_to = NOBODY  # the sector that it is moved up to (31g)
        self.slacks = False  # as it last decided (33a)
        self.decided_us, self.decided_in = 0, NOBODY  # when, and in which spell, that was
        self.decisions = 0

    @property
    def mode(self) -> int:
        return self.row.mode

    @property
    def first_base(self) -> Place:
        return Place(self.row.base_segment, self.row.base_offset_m, self.row.base_across_m)

    def base(self, t: int) -> Place:
        """31i."""
        row = self.row
        if row.lost_from_us <= t < row.lost_to_us:
            return Place(row.base2_segment, row.base2_offset_m, row.base2_across_m)
        return self.first_base

    @property
    def post(self) -> Place:
        return Place(self.row.post_segment, self.row.post_offset_m, self.row.post_across_m)

    @property
    def start(self) -> Place:
        return Place(self.row.start_segment, self.row.start_offset_m, self.row.start_across_m)


class Incident:
    """The running state of an incident (2), and its scene (15-18)."""

    def __init__(self, number: int, row, stages: list, path: list):
        self.number, self.row, self.stages, self.path = number, row, stages, path
        self.phase = Phase.UNBORN
        self.stage = 0
        self.outcome = Outcome.NONE
        self.on_view = self.intercepted = False
        self.received_class = NOBODY
        self.at = Place(row.segment, row.offset_m, row.across_m)
        self.leg, self.leg_number = None, NOBODY
        self.seen_from = 0
        self.over_us = NEVER
        self.gathered, self.gathers_from = 0.0, None  # hazard (16)
        self.sendable_us = []  # by tier, once it is answered
        self.sendables = []  # distinct times still to happen
        self.some_sendable = False  # the first SENDABLE has happened
        self.all_sendable = False  # the last SENDABLE has happened
        self.members = []
        self.ever_member = False
        self.slots = []
        self.responder = False  # the off-model one is there
        self.was_ready = False
        self.rest_us = None  # of the work after the request still to come (17a)
        self.left_us = 0  # until the next milestone, while it waits (17b, 26a)
        self.lost_at = None  # when it last lost a unit to pre-emption
        self.stamp = dict.fromkeys(STAMPS, NEVER)
        self.presence_assignment = self.presence_tier = self.resolved_tier = NOBODY
        self.sent = self.lost = 0

    @property
    def now(self):
        """The drawn row of the present stage."""
        return self.stages[self.stage]

    @property
    def present(self) -> list[Unit]:
        return [u for u in self.members if u.state == UnitState.ON_SCENE]

    @property
    def is_received(self) -> bool:
        return self.phase not in (Phase.UNBORN, Phase.UNKNOWN, Phase.CLOSED)


class Slot:
    """A need of a scene (15)."""

    def __init__(self, row, alternatives: list, added: bool):
        self.alternatives, self.in_quorum, self.added = alternatives, bool(row.in_quorum), added
        self.unit = None
        self.closed = False  # for good (18a)

    @property
    def gates(self) -> bool:
        return self.in_quorum or self.added


# ------------------------------------------------------------------------------------------------ books


class Books:
    """What is written down while it happens: times are cut to the measured window where the record says so."""

    def __init__(self, world: World, forces: Forces):
        self.world = world
        self.assignments, self.states, self.legs, self.trace = [], [], [], []
        self.units = np.zeros(len(forces.units), tables.UNIT_RECORD)
        self.streets = np.zeros(len(world.streets.segments), tables.STREET_RECORD)
        self.probes = np.full(len(world.probes), NEVER).astype(tables.PROBE_RECORD)
        self.visits = np.zeros(len(forces.visits), tables.VISIT_RECORD)
        self.hourly_us = np.zeros((len(forces.tiers), 24, 4), np.int64)
        self.gap_from = [world.warm_up_us] * len(self.streets)
        self.since = [0] * len(self.units)  # start of the present state interval
        self.marked = [0] * len(self.units)  # presence is booked until here

    def cut(self, t: int) -> int:
        return min(max(t, self.world.warm_up_us), self.world.end_us)

    def is_measured(self, t: int) -> bool:
        return self.world.warm_up_us <= t < self.world.end_us

    def missed(self, u: Unit, commitment) -> None:
        """31c."""
        if commitment.kind == CommitmentKind.BREAK and self.is_measured(commitment.start_us):
            self.units["breaks_missed"][u.number] += 1

    def visited(self, row: int, dwell_us: int, t: int) -> None:
        """29c."""
        if self.is_measured(t):
            self.visits["visits"][row] += 1
            self.visits["dwelled_us"][row] += dwell_us

    def state_ends(self, u: Unit, t: int) -> None:
        incident = NOBODY if u.incident is None else u.incident.number
        start = self.since[u.number]
        self.since[u.number] = t
        if t > start:
            self.states.append((u.number, int(u.state), incident, start, t))
        a, b = self.cut(start), self.cut(t)
        self.units["state_us"][u.number, u.state] += b - a
        activity = activity_of(u.state)
        while a < b and activity != Activity.OFF:
            piece = min(b, (a // HOUR + 1) * HOUR)
            hour = (self.world.start_hour + a // HOUR) % 24
            self.hourly_us[u.row.tier, hour, activity] += piece - a
            a = piece

    def presence(self, u: Unit, t: int) -> None:
        """30; to be called before the unit's state or segment changes."""
        if u.state in COVERING:
            span = self.cut(t) - self.cut(self.marked[u.number])
            self.streets["presence_us"][u.at.segment] += u.row.crew * span
        self.marked[u.number] = t

    def overtime(self, u: Unit, since: int, t: int) -> None:
        self.units["overtime_us"][u.number] += self.cut(t) - self.cut(since)

    def leg_ends(self, u: Unit, end: Place, moved: float, t: int) -> None:
        leg = u.leg
        self.units["travel_m"][u.number] += moved
        if u.state == UnitState.EN_ROUTE:
            self.assignments[u.assignment]["travel_m"] += moved
        if t > leg.start_us and moved > 0:
            self.legs.append((u.number, int(u.state), leg.segment, *leg.start[1:], *end[1:], leg.start_us, t))

    def passed(self, u: Unit, s: int, t: int) -> None:
        """30."""
        self.units["passes"][u.number] += 1
        if self.is_measured(t):
            self.streets["passes"][s] += 1
            self.gap(s, t)

    def gap(self, s: int, t: int) -> None:
        gap = t - self.gap_from[s]
        self.gap_from[s] = t
        street = self.streets[s]
        street["gap_squared_s2"] += (gap / 1e6) * (gap / 1e6)
        street["worst_gap_us"] = max(street["worst_gap_us"], gap)
        for k, hours in enumerate(SEEN_HOURS):
            street["seen_us"][k] += min(gap, hours * HOUR)


# ------------------------------------------------------------------------------------------------ the run


class Twin:
    """One replication."""

    def __init__(self, world: World, forces: Forces):
        self.world, self.forces = world, forces
        self.in_plane = world.plane.metric != Metric.STREETS
        self.space = Plane(world) if self.in_plane else Network(world)
        self.calendar, self.books = Calendar(), Books(world, forces)
        self.speed_factor, self.sight_factor = world.speed_factor.tolist(), world.sight_factor.tolist()
        self.classes, self.tiers = rows(world.classes), rows(forces.tiers)
        self.slot_rows, self.alternatives = rows(world.slots), rows(world.alternatives)
        self.authority, self.acceptance = forces.authority.tolist(), rows(forces.acceptance)
        self.stations, self.probes, self.outages = rows(world.stations), rows(world.probes), rows(world.outages)
        self.preference, self.wrap_up_us = forces.preference.tolist(), forces.wrap_up_us.tolist()
        self.score = list(zip(forces.score_rules.tolist(), forces.score_extra_us.tolist(), strict=True))
        self.preempts = forces.preempt.tolist()
        self.cover_points, self.cover_weight = rows(forces.cover_points), forces.cover_weight.tolist()
        self.beat_segments, self.beat_nodes = forces.beat_segments.tolist(), forces.beat_nodes.tolist()
        self.last_taken = [-1] * len(self.space.segments)
        self.beats, self.visits = rows(forces.beats), rows(forces.visits)
        self.round_arcs, self.last_visit_us = forces.round_arcs.tolist(), [-1] * len(forces.visits)
        self.stations_lost_us = world.stations_lost_us.tolist()
        self.curve, self.deterrence = world.deterrence_curve.tolist(), world.deterrence.tolist()
        self.deters = bool(world.classes["deterrable"].any())
        self.last_pass = [NOBODY] * len(self.space.segments)
        self.stops = {}  # segment -> (effect, end) of a stop (11a)
        self.cover_points = [Place(*point) for point in rows(forces.cover_points[["segment", "offset_m", "across_m"]])]
        self.inspected_us, self.compliance = forces.inspected_us.tolist(), forces.compliance.tolist()
        self.fatigue_turnout, self.fatigue_work = forces.fatigue_turnout.tolist(), forces.fatigue_work.tolist()
        spells, commitments = rows(forces.spells), rows(forces.commitments)
        self.units = [
            Unit(
                n,
                row,
                self.tiers[row.tier],
                spells[row.spell_first : row.spell_first + row.spell_count],
                commitments[row.commitment_first : row.commitment_first + row.commitment_count],
            )
            for n, row in enumerate(rows(forces.units))
        ]
        stages, path = rows(world.stages), rows(world.path)
        self.incidents = [
            Incident(
                n,
                row,
                stages[n * MAX_STAGES : (n + 1) * MAX_STAGES],
                path[row.path_first : row.path_first + row.path_count],
            )
            for n, row in enumerate(rows(world.incidents))
        ]
        self.t = 0
        self.asked = False  # for a pass of the dispatcher (23)
        self.unanswered, self.in_handling = [], 0  # calls (12a)
        self.escalated = False
        self.overtime_from = {}
        self.handlers = {
            EventKind.INCIDENT_BEGINS: self.incident_begins,
            EventKind.INCIDENT_LEG: self.incident_leg_ends,
            EventKind.WORSENS: self.worsens,
            EventKind.EXPIRES: self.expires,
            EventKind.GIVES_UP: self.gives_up,
            EventKind.CALL: self.call,
            EventKind.OFF_MODEL_ARRIVES: self.off_model_arrives,
            EventKind.WORK: self.work_milestone,
            EventKind.HOLDERS_LEAVE: self.holders_leave,
            EventKind.DUTY_BEGINS: self.duty_begins,
            EventKind.DUTY_ENDS: self.duty_ends,
            EventKind.COMMITMENT: self.commitment_due,
            EventKind.UNIT_NEXT: self.unit_next,
            EventKind.SIGHTING: self.sighting,
            EventKind.SENDABLE: self.sendable,
            EventKind.PROBE: self.probe,
            EventKind.HANDLED: self.handled,
            EventKind.ESCALATES: self.escalates,
            EventKind.STREETS_CHANGE: self.streets_change,
        }

    # ---------------------------------------------------------------------------------------- running (3, 5)

    def run(self) -> Records:
        self.initialise()
        last = 0
        while True:
            coming = self.calendar.next_us()
            if coming >= self.world.end_us and not self.measured_open():
                stop = max(last, self.world.end_us)
                break
            if coming >= self.world.horizon_us:
                stop = self.world.horizon_us
                break
            self.t, kind, number = self.calendar.pop()
            last = self.t
            self.books.trace.append((self.t, kind, number))
            self.handlers[EventKind(kind)](number)
            was_asked = self.asked
            while self.asked:
                self.asked = False
                self.dispatch()
            if was_asked and self.forces.escalate_over > 0:
                self.weigh_escalation()
            if was_asked and self.forces.move_up_within_us > 0:
                self.move_up()
            if kind == EventKind.SENDABLE:
                self.queue_rule(self.incidents[number])
        self.t = stop
        return self.records(stop)

    def measured_open(self) -> bool:
        """3."""
        window = range(self.world.warm_up_us, self.world.end_us)
        return any(i.row.began_us in window and i.phase != Phase.CLOSED for i in self.incidents)

    def initialise(self) -> None:
        """5."""
        for i in self.incidents:
            self.calendar.set(i.row.began_us, EventKind.INCIDENT_BEGINS, i.number)
        for p, probe in enumerate(self.probes):
            self.calendar.set(probe.at_us, EventKind.PROBE, p)
        for epoch, at in enumerate(self.world.streets.epochs_us.tolist()):
            if epoch > 0:
                self.calendar.set(at, EventKind.STREETS_CHANGE, epoch)
        for u in self.units:
            if u.row.whole != NOBODY:  # 28b
                continue
            u.spell = sum(spell.end_us <= 0 for spell in u.spells) - 1
            if u.row.on_call_us == NEVER and u.spell + 1 < len(u.spells) and u.spells[u.spell + 1].start_us <= 0:
                self.spell_begins(u, u.spell + 1)
                self.place(u, u.start)
                self.become_free(u)
            else:
                self.set_next_spell(u)
        self.asked = False  # the dispatcher has nothing to do yet

    # ---------------------------------------------------------------------------------------- small helpers

    def draw(self, purpose: Purpose, name: int, number: int) -> float:
        return uniform(self.world.seed, self.world.replication, purpose, name, number)

    def hour(self, t: int) -> int:
        """7."""
        return (self.world.start_hour + t // HOUR) % 24

    def class_of(self, i: Incident) -> int:
        return i.now.class_

    def kind_of(self, i: Incident):
        """The row of the class of the present stage."""
        return self.classes[i.now.class_]

    def authority_at(self, u: Unit, i: Incident) -> int:
        return self.authority[u.row.tier][self.class_of(i)]

    def where(self, u: Unit) -> Place:
        """Its place now."""
        if u.leg is not None:
            return u.leg.place(self.t)
        if u.state == UnitState.ON_SCENE and u.incident is not None:  # 20c: those present are where it is
            return self.where_is(u.incident)
        return u.at

    def where_is(self, i: Incident) -> Place:
        return i.at if i.leg is None else i.leg.place(self.t)

    def sector(self, place: Place) -> int:
        return self.space.segments[place.segment].sector

    def place(self, u: Unit, at: Place) -> None:
        self.books.presence(u, self.t)
        u.at = at

    def enter(self, u: Unit, state: UnitState) -> None:
        """The one place where a unit's state changes."""
        self.stop_looking(u)
        if state not in LOOKING:
            self.stop_standing(u)
        if state not in (UnitState.RETURNING, UnitState.POST):  # 31g
            u.moved_to = NOBODY
        if state != UnitState.PATROL:  # 29c
            u.bound_for, u.dwelling = NOBODY, False
        u.goes_to = u.station = None
        u.wants_way = False
        if state != u.state:
            self.books.presence(u, self.t)
            self.books.state_ends(u, self.t)
            u.state = state

    def next_at(self, u: Unit, t: int) -> None:
        self.calendar.set(t, EventKind.UNIT_NEXT, u.number)

    # ---------------------------------------------------------------------------------------- movement (7-9, 20)

    def mode_now(self, u: Unit) -> int:
        """8."""
        return self.space.foot[u.mode] if u.vehicle_at != NOBODY else u.mode

    def factor(self, u: Unit, mode: int, sector: int) -> float:
        """7: of the tier on such a way, and of the streets at this hour."""
        if u.state == UnitState.PATROL:
            tier_factor = u.tier.patrol_factor
        elif u.state == UnitState.EN_ROUTE:
            tier_factor = u.tier.response_factor[self.kind_of(u.incident).priority]
        else:
            tier_factor = 1
        return tier_factor * self.speed_factor[mode][sector][self.hour(self.t)]

    def begin_flight(self, u: Unit, goal: Place) -> None:
        """7c."""
        self.stop_standing(u)
        start = u.at
        self.place(u, start._replace(segment=goal.segment))
        u.leg = self.space.flight(u.mode, start, goal, self.factor(u, u.mode, self.sector(goal)), self.t)
        u.last_leg, u.meets = True, False
        self.next_at(u, u.leg.end_us)

    def begin_leg(self, u: Unit, segment: int, from_m: float, to_m: float, last: bool) -> None:
        """7, 20b."""
        self.stop_standing(u)
        self.place(u, Place(segment, from_m))
        mode = self.mode_now(u)
        i = u.incident if u.state == UnitState.EN_ROUTE else None
        chased = i is not None and i.leg is not None and i.leg.segment == segment
        if chased and last:  # 20b: goes on to the segment's end
            to_m = self.space.segments[segment].length_m if to_m > from_m else 0.0
        factor = self.factor(u, mode, self.space.segments[segment].sector)
        table = self.space.part_us(mode, segment, from_m, to_m)
        u.leg = Leg(segment, from_m, to_m, self.t, self.t + max(1, round(table / factor)))
        u.last_leg, u.meets = last, False
        ends = u.leg.end_us
        if chased:
            x, q, vx, vq = from_m, i.leg.offset(self.t), u.leg.velocity(), i.leg.velocity()
            tau = 0.0 if x == q else (q - x) / (vx - vq) if vx != vq else -1.0
            if tau >= 0 and self.t + round(tau) <= min(u.leg.end_us, i.leg.end_us):
                ends, u.meets = self.t + round(tau), True
        self.next_at(u, ends)
        if u.state == UnitState.PATROL:
            self.last_taken[segment] = self.t
            self.start_looking(u)

    def end_leg(self, u: Unit) -> None:
        """The leg is over, as planned or cut short; a full one on patrol or returning is a pass (30)."""
        leg = u.leg
        self.leave_leg(u, leg.place(self.t), leg.reached(self.t), leg.gone(self.t))
        full = self.t == leg.end_us and self.space.is_whole(leg)  # 7: at its last moment it is traversed in full
        if full and u.state in (UnitState.PATROL, UnitState.RETURNING):
            self.last_taken[leg.segment] = self.last_pass[leg.segment] = self.t
            self.books.passed(u, leg.segment, self.t)

    def halt(self, u: Unit) -> None:
        """Stops it where it is (9d); whatever it was about to do is void."""
        if u.leg is not None:
            self.end_leg(u)
        u.way, u.pausing = None, False
        self.calendar.void(EventKind.UNIT_NEXT, u.number)
        self.stop_looking(u)

    def leave_leg(self, u: Unit, at: Place, reached: Place, moved: float) -> None:
        self.books.leg_ends(u, reached, moved, self.t)
        u.leg = None
        self.place(u, at)

    def way_to(self, u: Unit, target: Place, may_walk: bool) -> Way | None:
        """The route of a unit to a place, by its vehicle or on foot as it is."""
        mode = self.mode_now(u)
        if u.at == target:
            return straight(mode, 0, target)
        return self.space.route(mode, u.at, target, may_walk and u.vehicle_at == NOBODY)

    def travel(self, u: Unit, way: Way) -> None:
        """9b: sets out on a way; one of no length ends by an event at this instant."""
        u.way = way
        segment, offset_m, _ = u.at
        if not self.space.has_length(way, u.at):
            self.next_at(u, self.t)
        elif self.in_plane:
            self.begin_flight(u, way.target)
        elif way.exit == NOBODY:
            self.begin_leg(u, segment, offset_m, way.target.offset_m, last=True)
        elif offset_m != self.space.end_m(segment, way.exit):
            self.begin_leg(u, segment, offset_m, self.space.end_m(segment, way.exit), last=False)
        else:
            self.follow(u)

    def follow(self, u: Unit) -> None:
        """At an intersection on its way: the next thing to do."""
        way, n = u.way, self.space.node_at(u.at)
        if n != way.goal:
            s = self.space.hop(way.mode, n, way.goal)
            self.begin_leg(u, s, self.space.end_m(s, n), self.space.end_m(s, self.space.other_end(s, n)), last=False)
        elif way.parks:
            u.pausing = True
            self.next_at(u, self.t + self.space.dismount_us[u.mode])
        elif way.target is None or self.space.end_m(way.target.segment, n) == way.target.offset_m:
            self.at_target(u)
        else:
            s, y, _ = way.target
            self.begin_leg(u, s, self.space.end_m(s, n), y, last=True)

    def dismounted(self, u: Unit) -> None:
        """8, 20a: the vehicle stays here and the crew goes on by foot."""
        u.pausing = False
        u.vehicle_at = self.space.node_at(u.at)
        self.set_out(u)

    def set_out(self, u: Unit) -> None:
        """20a: sets out to where its incident is at this moment."""
        target = self.where_is(u.incident)
        if u.incident.leg is not None and self.same_place(u, target):  # 20b
            u.way = straight(u.mode, 0, target)
            self.next_at(u, self.t)
            return
        u.way = None
        way = self.way_to(u, target, may_walk=True)
        if way is not None:
            self.travel(u, way)
        else:  # 10b
            self.call_off(u)

    def go_to(self, u: Unit, place: Place) -> None:
        """9b, 10b: sets out by its own mode; where there is no way it stands."""
        way = self.way_to(u, place, may_walk=False)
        if way is not None:
            self.travel(u, way)

    def same_place(self, u: Unit, place: Place) -> bool:
        """20b: on the same segment at the same offset, or at the same intersection."""
        if u.at == place:
            return True
        n = self.space.node_at(u.at)
        return n != NOBODY and n == self.space.node_at(place)

    def reaim(self, i: Incident) -> None:
        """20a: every member en route stops and sets out anew."""
        for u in list(i.members):
            if u.state == UnitState.EN_ROUTE and not u.pausing:
                self.halt(u)
                self.set_out(u)

    def unit_next(self, number: int) -> None:
        u = self.units[number]
        if u.leg is not None and u.meets:
            met = self.where_is(u.incident)
            self.leave_leg(u, met, met, abs(met.offset_m - u.leg.from_m))
            self.arrive(u)
        elif u.leg is not None:
            last, came_by = u.last_leg, u.leg.segment
            self.end_leg(u)
            if u.state == UnitState.PATROL and u.way is None:
                if not self.goes_slack(u):
                    self.patrol(u, came_by)
            elif last:
                self.there(u)
            else:
                self.follow(u)
        elif u.state == UnitState.TURNOUT:
            self.en_route(u)
        elif u.pausing:
            self.dismounted(u)
        elif u.way is not None:
            self.at_target(u)
        elif u.dwelling:
            self.dwelled(u)
        elif u.state == UnitState.PATROL:  # 28b: it has waited for the other half
            self.back_to_duty(u)
        elif u.errands:
            self.errand(u)
        else:  # muster, planned work, a break, or the last errand is over
            self.become_free(u)

    def at_target(self, u: Unit) -> None:
        """The end of a way without a last leg."""
        if u.way.target is not None and u.at != u.way.target:  # another street at the same intersection
            self.stop_standing(u)
            self.place(u, u.way.target)
        self.there(u)

    def there(self, u: Unit) -> None:
        """The end of its way."""
        u.way = None
        if u.state == UnitState.EN_ROUTE:
            if u.incident.leg is None or self.same_place(u, self.where_is(u.incident)):
                self.arrive(u)
            else:
                self.set_out(u)
        elif u.state == UnitState.TO_VEHICLE:
            self.at_vehicle(u)
            self.errand(u)
        elif u.state == UnitState.TO_STATION:
            self.errand(u)
        elif u.state == UnitState.RETURNING:
            self.become_free(u)
        elif u.state == UnitState.PATROL:
            self.dwell(u)
        elif u.state == UnitState.PLANNED:
            self.do_commitment(u, *u.goes_to)
        else:
            self.off_duty(u)

    # ---------------------------------------------------------------------------------------- closed streets (10)

    def streets_change(self, epoch: int) -> None:
        """10a."""
        self.space.begin_epoch(epoch)
        for u in self.units:
            if self.is_on_its_way(u):
                self.halt(u)
                self.set_out_anew(u)
            elif u.wants_way:
                self.back_to_duty(u)
        self.asked = True

    def is_on_its_way(self, u: Unit) -> bool:
        """10a: to a place or an intersection."""
        if u.state == UnitState.EN_ROUTE:
            return not u.pausing
        if u.state == UnitState.PATROL:
            return u.bound_for != NOBODY and not u.dwelling
        if u.state in (UnitState.PLANNED, UnitState.BREAK):
            return u.goes_to is not None
        return u.state in (UnitState.RETURNING, UnitState.TO_VEHICLE, UnitState.TO_STATION, UnitState.TO_BASE)

    def set_out_anew(self, u: Unit) -> None:
        if u.state == UnitState.EN_ROUTE:
            self.set_out(u)
        elif u.state == UnitState.TO_VEHICLE:
            self.go_to_vehicle(u)
        elif u.state == UnitState.TO_STATION:
            self.go_to(u, u.station)
        elif u.state == UnitState.TO_BASE:
            self.go_to(u, u.base(self.t))
        elif u.state == UnitState.PATROL:
            self.go_to_point(u)
        elif u.state == UnitState.RETURNING:
            self.back_to_duty(u)
        else:
            self.go_to_work(u)

    # ---------------------------------------------------------------------------------------- incidents (11, 12, 20)

    def incident_begins(self, number: int) -> None:
        """11."""
        i = self.incidents[number]
        if self.kind_of(i).deterrable and i.row.mark >= 1 - self.deterring(i.at.segment):
            self.close(i, Outcome.DETERRED)
            return
        i.phase = Phase.UNKNOWN
        i.seen_from = self.t
        i.over_us = self.over(i)
        if i.now.called:
            self.calendar.set(self.t + i.now.report_us, EventKind.CALL, number)
        else:
            self.calendar.set(self.t + i.now.lifetime_us, EventKind.EXPIRES, number)
        if i.path:
            self.next_path_leg(i)
        self.run_hazard(i)
        self.look_at(i)

    def deterring(self, s: int) -> float:
        """11a: the effect on a segment now."""
        pass_effect, pass_decay_us, _ = self.deterrence
        effect = 0.0
        if self.last_pass[s] != NOBODY:
            effect = max(effect, pass_effect * math.exp(-(self.t - self.last_pass[s]) / pass_decay_us))
        if s in self.stops:
            effect = max(effect, self.left_of_stop(s))
        for u in self.units:
            if u.stands_from is not None and u.at.segment == s:
                effect = max(effect, self.stop_effect(self.t - u.stands_from))
        return effect

    def left_of_stop(self, s: int) -> float:
        effect, end = self.stops[s]
        return effect * math.exp(-(self.t - end) / self.deterrence[2])

    def stop_effect(self, d: int) -> float:
        """11a: the curve."""
        for (d0, e0), (d1, e1) in pairwise(self.curve):
            if d < d1:
                return e0 + (e1 - e0) * ((d - d0) / (d1 - d0))
        return self.curve[-1][1]

    def stop_standing(self, u: Unit) -> None:
        """11a: the end of a stop."""
        if u.stands_from is None:
            return
        s, effect = u.at.segment, self.stop_effect(self.t - u.stands_from)
        u.stands_from = None
        if self.deters and (s not in self.stops or effect >= self.left_of_stop(s)):
            self.stops[s] = effect, self.t

    def start_standing(self, u: Unit) -> None:
        """11a: it stands and looks; a stand goes on where it has not moved."""
        if u.stands_from is None:
            u.stands_from = self.t
        self.start_looking(u)

    def over(self, i: Incident) -> int:
        return NEVER if i.now.outlives else plus(self.t, i.now.lifetime_us)

    def next_path_leg(self, i: Incident) -> None:
        i.leg_number += 1
        row = i.path[i.leg_number]
        i.leg = Leg(row.segment, row.from_m, row.to_m, self.t, self.t + row.duration_us)
        i.seen_from = self.t
        self.calendar.set(i.leg.end_us, EventKind.INCIDENT_LEG, i.number)

    def incident_leg_ends(self, number: int) -> None:
        """20."""
        i = self.incidents[number]
        i.at = i.leg.place(self.t)
        i.leg = None
        if i.leg_number + 1 < len(i.path):
            self.next_path_leg(i)
        elif self.classes[i.stages[0].class_].moves_to_site:
            self.close(i, Outcome.REACHED_TARGET)
            self.release_all(i)
            return
        else:
            i.seen_from = self.t
        self.look_at(i)
        self.reaim(i)

    def stop_moving(self, i: Incident) -> None:
        if i.leg is not None:
            i.at = self.where_is(i)
            i.leg = None
            self.calendar.void(EventKind.INCIDENT_LEG, i.number)

    def expires(self, number: int) -> None:
        self.close(self.incidents[number], Outcome.UNNOTICED)

    def call(self, number: int) -> None:
        """12."""
        i = self.incidents[number]
        self.receive(i)
        if i.now.patience_us < NEVER:
            self.calendar.set(self.t + i.now.patience_us, EventKind.GIVES_UP, number)
        self.unanswered.append(i)
        self.answer_calls()

    def receive(self, i: Incident) -> None:
        """12, for calls and for what is found on view."""
        i.phase = Phase.OPEN
        i.stamp["received"] = self.t
        i.received_class = self.class_of(i)
        self.calendar.void(EventKind.CALL, i.number)
        self.calendar.void(EventKind.EXPIRES, i.number)
        i.slots = self.class_slots(i)

    def answer_calls(self) -> None:
        """12a: as many as there are call-takers for."""
        takers = self.forces.call_takers
        while self.unanswered and (takers == 0 or self.in_handling < takers):
            i = min(self.unanswered, key=lambda i: (i.stamp["received"], i.number))
            self.unanswered.remove(i)
            self.answer(i, self.forces.call_handling_us)
            if takers > 0:
                self.in_handling += 1
                self.calendar.set(i.stamp["handled"], EventKind.HANDLED, i.number)

    def answer(self, i: Incident, handling_us: int) -> None:
        """12: from now on its way to being sendable."""
        handled = i.stamp["handled"] = self.t + handling_us + self.outage_us()
        i.sendable_us = [handled + tier.relay_us for tier in self.tiers]
        i.sendables = sorted(set(i.sendable_us))
        self.calendar.set(i.sendables.pop(0), EventKind.SENDABLE, i.number)
        if self.kind_of(i).off_model:
            at = self.t + self.world.off_model_handling_us + i.now.off_model_us
            self.calendar.set(at, EventKind.OFF_MODEL_ARRIVES, i.number)

    def outage_us(self) -> int:
        """12a: what outages add to handling at this moment."""
        return sum(outage.extra_us for outage in self.outages if outage.from_us <= self.t < outage.to_us)

    def handled(self, number: int) -> None:
        """12a: a call-taker is free, also where the call was closed meanwhile."""
        self.in_handling -= 1
        self.answer_calls()

    def gives_up(self, number: int) -> None:
        """27."""
        i = self.incidents[number]
        self.close(i, Outcome.ABANDONED)
        self.release_all(i)

    def close(self, i: Incident, outcome: Outcome) -> None:
        """22: nothing more happens to it."""
        self.stop_moving(i)
        self.stop_hazard(i)
        i.phase, i.outcome = Phase.CLOSED, outcome
        i.stamp["closed"] = self.t
        if i in self.unanswered:  # 12a
            self.unanswered.remove(i)
        for kind in (
            EventKind.INCIDENT_LEG,
            EventKind.WORSENS,
            EventKind.EXPIRES,
            EventKind.GIVES_UP,
            EventKind.CALL,
            EventKind.OFF_MODEL_ARRIVES,
            EventKind.WORK,
            EventKind.HOLDERS_LEAVE,
            EventKind.SENDABLE,
        ):
            self.calendar.void(kind, i.number)

    # ---------------------------------------------------------------------------------------- sight (13)

    def start_looking(self, u: Unit) -> None:
        u.looking_spell += 1
        u.looking, u.looks_from = True, self.t
        self.look(u)

    def stop_looking(self, u: Unit) -> None:
        u.looking, u.sees = False, None
        self.calendar.void(EventKind.SIGHTING, u.number)

    def look(self, u: Unit) -> None:
        """13d: the earliest of its pairs that is not before now."""
        u.sees = None
        self.calendar.void(EventKind.SIGHTING, u.number)
        for i in self.incidents:
            self.look_for(u, i)

    def look_for(self, u: Unit, i: Incident) -> None:
        """13d: this pair's sight takes the place of the pending one if it is earlier."""
        at = self.sight_us(u, i)
        if at is None or at < self.t or not self.notices(u, i):
            return
        if u.sees is None or (at, i.number) < (self.calendar.due[EventKind.SIGHTING, u.number], u.sees.number):
            u.sees = i
            self.calendar.set(at, EventKind.SIGHTING, u.number)

    def look_at(self, i: Incident) -> None:
        """13d: an incident begins, moves on or worsens before those who look there."""
        for u in self.units:
            if u.looking:
                self.look_for(u, i)

    def view(self, place: Place) -> int:
        return self.space.segments[place.segment].view

    def notices(self, u: Unit, i: Incident) -> bool:
        """13c."""
        drawn = self.draw(Purpose.SIGHTING, pair_key(u.row.key, i.row.key), u.looking_spell)
        return drawn < self.kind_of(i).notice

    def sight_us(self, u: Unit, i: Incident) -> int | None:
        """13a, 13b: when the incident comes within sight of the unit in this looking spell."""
        if i.phase != Phase.UNKNOWN or not i.row.visible or self.view(u.at) != self.view(self.where_is(i)):
            return None
        segment = self.space.segments[u.at.segment]
        p = max(u.looks_from, i.seen_from)
        end = min(NEVER if u.leg is None else u.leg.end_us, NEVER if i.leg is None else i.leg.end_us)
        (vux, vuy), (vix, viy) = self.velocity(u.leg), self.velocity(i.leg)
        wx, wy = vix - vux, viy - vuy
        for _ in range(25):
            piece_end = min(end, (p // HOUR + 1) * HOUR)
            r = u.tier.sight_m[segment.kind] * self.sight_factor[segment.sector][self.hour(p)]
            here, there = (one.at if one.leg is None else one.leg.place(p) for one in (u, i))
            dx, dy = self.space.displacement(here, there)
            dd = dx * dx + dy * dy
            if dd <= r * r:
                return p
            b, ww = dx * wx + dy * wy, wx * wx + wy * wy
            q = b * b - ww * (dd - r * r)
            if ww > 0 and b < 0 and q >= 0:
                at = p + max(0, round((-b - math.sqrt(q)) / ww))
                if at <= piece_end:
                    return at
            if piece_end == end:
                return None
            p = piece_end
        return None

    def velocity(self, leg: Leg | None) -> tuple[float, float]:
        if leg is None:
            return 0.0, 0.0
        (x0, y0), (x1, y1) = self.space.point(leg.start), self.space.point(leg.place(leg.end_us))
        span = leg.end_us - leg.start_us
        return (x1 - x0) / span, (y1 - y0) / span

    def sighting(self, number: int) -> None:
        """13d, 13e."""
        u = self.units[number]
        i, u.sees = u.sees, None
        if self.sight_us(u, i) != self.t or not self.notices(u, i):
            self.look(u)
            return
        i.on_view = True
        i.over_us = NEVER
        self.receive(i)
        self.answer(i, self.forces.on_view_report_us)  # 12b
        self.run_hazard(i)
        goes = u.state == UnitState.PATROL or u.row.leaves_post != LeavesPost.NEVER
        if goes and self.authority_at(u, i) >= Authority.OBSERVE:
            self.assign(u, i, self.slot_for(u, i), i.stamp["received"], own_find=True)
            self.en_route(u)
        else:
            self.look(u)

    # ---------------------------------------------------------------------------------------- needs and scene (15-19)

    def class_slots(self, i: Incident) -> list[Slot]:
        row = self.kind_of(i)
        return self.slots_of(row.slot_first, row.slot_count, added=False)

    def slots_of(self, first: int, count: int, added: bool) -> list[Slot]:
        return [
            Slot(row, self.alternatives[row.alternative_first : row.alternative_first + row.alternative_count], added)
            for row in self.slot_rows[first : first + count]
        ]

    def may_fill(self, u: Unit, class_: int, alternative) -> bool:
        """15, 28a."""
        return any(self.part_may_fill(u, part, class_, alternative) for part in self.parts(u) or [u.row.tier])

    def parts(self, u: Unit) -> list[int]:
        """28a: the tiers that a joint unit is made of."""
        return [part for part in u.tier.part if part != NOBODY]

    def part_may_fill(self, u: Unit, part: int, class_: int, alternative) -> bool:
        return (
            bool(alternative.tiers >> part & 1)
            and self.authority[part][class_] >= alternative.authority
            and u.row.crew >= alternative.min_crew
        )

    def is_open(self, i: Incident, slot: Slot) -> bool:
        """15b."""
        return slot.unit is None and not slot.closed and (slot.gates or not i.was_ready)

    def slot_for(self, u: Unit, i: Incident) -> Slot | None:
        """15b: for a unit that is not sent for a slot."""
        for slot in i.slots:
            if self.is_open(i, slot) and any(self.may_fill(u, self.class_of(i), a) for a in slot.alternatives):
                return slot
        return None

    def held_by(self, u: Unit) -> list[Slot]:
        return [slot for slot in u.incident.slots if slot.unit is u]

    def slot_of(self, u: Unit) -> Slot | None:
        return next(iter(self.held_by(u)), None)

    def take(self, u: Unit, slot: Slot | None) -> None:
        if slot is not None:
            slot.unit = u
            self.take_second(u, slot)

    def take_second(self, u: Unit, given: Slot) -> None:
        """28a: of a joint unit one part fills the slot given, the other another."""
        i, parts = u.incident, self.parts(u)

        def fills(part: int, slot: Slot) -> bool:
            return any(self.part_may_fill(u, part, self.class_of(i), a) for a in slot.alternatives)

        able = [part for part in parts if fills(part, given)]
        if len(parts) < 2 or not able:
            return
        one, other = parts if parts[0] == able[0] else reversed(parts)
        others = [slot for slot in i.slots if slot is not given and self.is_open(i, slot)]
        second = next((slot for slot in others if fills(other, slot)), None)
        if second is None and other in able:
            second = next((slot for slot in others if fills(one, slot)), None)
        if second is not None:
            second.unit = u

    def safe(self, i: Incident, present: list[Unit]) -> bool:
        """15a; nobody is never enough."""
        people = sum(u.row.crew for u in present)
        kit = any(u.tier.kit for u in present)
        return bool(present) and people >= self.kind_of(i).safe_crew - (1 if kit else 0)

    def holders_present(self, i: Incident) -> list[Unit]:
        """Units present that hold, in the order of members; none while 15a is not met."""
        if not self.safe(i, i.present):
            return []
        return [u for u in i.present if self.authority_at(u, i) >= Authority.HOLD]

    def filled(self, slot: Slot) -> bool:
        return slot.unit is not None and slot.unit.state == UnitState.ON_SCENE

    def is_ready(self, i: Incident) -> bool:
        """17."""
        if self.kind_of(i).off_model:
            return i.responder
        quorum = sum(slot.in_quorum and not slot.added and self.filled(slot) for slot in i.slots)
        added = all(self.filled(slot) for slot in i.slots if slot.added)
        return self.safe(i, i.present) and quorum >= self.kind_of(i).quorum and added

    def run_hazard(self, i: Incident) -> None:
        """16: the hazard runs from now, or goes on running; WORSENS where it will fall due."""
        if i.gathers_from is None:
            i.gathers_from = self.t
        self.calendar.void(EventKind.WORSENS, i.number)
        hazard, later = self.kind_of(i).worsens_per_us, i.stage + 1
        if i.row.unfounded or later == MAX_STAGES or i.stages[later].class_ == NOBODY or hazard == 0:
            return
        due = i.gathers_from + round((i.now.threshold - i.gathered) / hazard)
        if due < i.over_us:
            self.calendar.set(max(self.t, due), EventKind.WORSENS, i.number)

    def stop_hazard(self, i: Incident) -> None:
        if i.gathers_from is not None:
            i.gathered += self.kind_of(i).worsens_per_us * (self.t - i.gathers_from)
            i.gathers_from = None
            self.calendar.void(EventKind.WORSENS, i.number)

    def worsens(self, number: int) -> None:
        """16."""
        i = self.incidents[number]
        had_off_model = self.kind_of(i).off_model
        i.stage += 1
        i.gathered, i.gathers_from = 0.0, self.t
        i.seen_from = self.t
        if not i.on_view:
            i.over_us = self.over(i)
        self.run_hazard(i)
        if i.phase == Phase.UNKNOWN:
            self.worsens_unknown(i)
        else:
            self.worsens_received(i, had_off_model)

    def worsens_unknown(self, i: Incident) -> None:
        pending = self.calendar.due.get((EventKind.CALL, i.number), NEVER)
        if i.now.called:
            pending = min(pending, self.t + i.now.report_us)
        if pending < NEVER:
            self.calendar.set(pending, EventKind.CALL, i.number)
            self.calendar.void(EventKind.EXPIRES, i.number)
        else:
            self.calendar.set(self.t + i.now.lifetime_us, EventKind.EXPIRES, i.number)
        self.look_at(i)

    def worsens_received(self, i: Incident, had_off_model: bool) -> None:
        self.calendar.void(EventKind.GIVES_UP, i.number)
        if not self.kind_of(i).off_model:
            self.calendar.void(EventKind.OFF_MODEL_ARRIVES, i.number)
        elif i.stamp["handled"] < NEVER and not had_off_model:
            self.calendar.set(self.t + i.now.off_model_us, EventKind.OFF_MODEL_ARRIVES, i.number)
        i.slots = self.class_slots(i)
        for u in list(i.members):
            if self.authority_at(u, i) == Authority.NONE:
                self.call_off(u)
            else:
                self.take(u, self.slot_for(u, i))
        self.asked = True
        self.assess(i)

    def off_model_arrives(self, number: int) -> None:
        i = self.incidents[number]
        i.responder = True
        self.calendar.void(EventKind.GIVES_UP, number)
        self.assess(i)

    def arrive(self, u: Unit) -> None:
        """Present from now on (19-21)."""
        i = u.incident
        u.way = None
        self.place(u, self.where_is(i))
        self.enter(u, UnitState.ON_SCENE)
        self.books.assignments[u.assignment]["arrived_us"] = self.t
        self.take_over(u)
        first = i.stamp["first_arrival"] == NEVER
        if first:
            i.stamp["first_arrival"] = self.t
            self.calendar.void(EventKind.GIVES_UP, i.number)
        if first and i.phase == Phase.OPEN and (i.row.unfounded or self.t >= i.over_us):
            i.phase = Phase.LOOKING
            self.calendar.set(self.t + self.world.look_us, EventKind.WORK, i.number)
            self.stop_hazard(i)
            moved = i.leg is not None
            self.stop_moving(i)
            self.assess(i)
            if moved:
                self.reaim(i)
        else:
            self.assess(i)

    def assess(self, i: Incident) -> None:
        """After any change of who is there or what is needed: stamps 21, hazard 16, interception 20c, work 17."""
        holders = self.holders_present(i)
        self.take_stamps(i, holders)
        if i.phase == Phase.LOOKING:
            return
        if holders or i.responder:
            self.stop_hazard(i)
        elif i.gathers_from is None:
            self.run_hazard(i)
        intercepts = i.leg is not None and bool(holders)
        if intercepts:
            i.intercepted = True
            self.stop_moving(i)
        elif i.leg is not None:
            for u in i.present:
                self.leave_vehicle(u)
        if i.phase == Phase.OPEN and self.is_ready(i):
            self.begin_work(i)
        elif i.phase == Phase.WAITING and self.is_ready(i):
            self.resume_work(i)
        if intercepts:
            self.reaim(i)

    def take_stamps(self, i: Incident, holders: list[Unit]) -> None:
        """21."""
        if holders and i.stamp["first_presence"] == NEVER:
            i.stamp["first_presence"] = self.t
            i.presence_assignment, i.presence_tier = holders[0].assignment, holders[0].row.tier
        present, safe = i.present, self.safe(i, i.present)
        capable = any(self.authority_at(u, i) >= Authority.RESOLVE and self.slot_of(u) is not None for u in present)
        if (i.responder or (safe and capable)) and i.stamp["first_capable"] == NEVER:
            i.stamp["first_capable"] = self.t
        complete = safe and bool(i.slots) and all(self.filled(slot) for slot in i.slots)
        if complete and i.stamp["complement"] == NEVER:
            i.stamp["complement"] = self.t

    def leave_vehicle(self, u: Unit) -> None:
        """20c: a crew that keeps a moving incident in view goes on foot."""
        if u.vehicle_at == NOBODY and self.space.foot[u.mode] != u.mode:
            segment, offset_m, _ = self.where(u)
            seg = self.space.segments[segment]
            u.vehicle_at = seg.a if offset_m <= seg.length_m - offset_m else seg.b

    def begin_work(self, i: Incident) -> None:
        """17a, 18a."""
        if self.forces.recalls_surplus:
            self.recall_surplus(i)
        i.phase, i.was_ready = Phase.WORKING, True
        factor = min((u.tier.kit_factor for u in i.present if u.tier.kit), default=1)
        tired = max((self.fatigue_work[self.hours_on_duty(u)] for u in i.present), default=1)
        trained = min((u.tier.work_factor for u in i.present), default=1)
        work = round(i.now.work_us * (factor * tired * trained))
        until = work
        if i.now.more and self.kind_of(i).more_count > 0:
            until = round(work * i.now.more_at)
            i.rest_us = work - until
        self.calendar.set(self.t + until, EventKind.WORK, i.number)
        self.calendar.set(self.t + self.forces.joint_us, EventKind.HOLDERS_LEAVE, i.number)

    def recall_surplus(self, i: Incident) -> None:
        """18a: what no unit present fills is needed no more."""
        for slot in i.slots:
            slot.closed = not self.filled(slot)
        for u in list(i.members):
            slot = self.slot_of(u)
            needless = u.relieves is None if slot is None else slot.closed
            if u.state != UnitState.ON_SCENE and needless:
                self.call_off(u)

    def resume_work(self, i: Incident) -> None:
        i.phase = Phase.WORKING
        self.calendar.set(self.t + i.left_us, EventKind.WORK, i.number)

    def interrupt_work(self, i: Incident) -> None:
        """26a."""
        i.phase = Phase.WAITING
        i.left_us = self.calendar.due[EventKind.WORK, i.number] - self.t
        self.calendar.void(EventKind.WORK, i.number)

    def work_milestone(self, number: int) -> None:
        i = self.incidents[number]
        if i.phase == Phase.LOOKING:  # 19
            self.close(i, Outcome.UNFOUNDED if i.row.unfounded else Outcome.GONE_ON_ARRIVAL)
            self.release_all(i)
        elif i.rest_us is not None:
            self.needs_more(i)
        else:
            self.work_ends(i)

    def needs_more(self, i: Incident) -> None:
        """17b."""
        row = self.kind_of(i)
        i.slots = i.slots + self.slots_of(row.more_first, row.more_count, added=True)
        for u in i.members:
            held = self.held_by(u)
            if not held:
                self.take(u, self.slot_for(u, i))
            elif len(held) == 1:  # 28a
                self.take_second(u, held[0])
        self.asked = True
        i.phase = Phase.WAITING
        i.left_us, i.rest_us = i.rest_us, None
        self.assess(i)

    def work_ends(self, i: Incident) -> None:
        """18b."""
        i.stamp["work_end"] = self.t
        resolvers = [u for u in i.present if self.authority_at(u, i) >= Authority.RESOLVE]
        if resolvers:
            i.resolved_tier = resolvers[0].row.tier
        driver = self.who_takes_custody(i, resolvers) if i.now.ending == Ending.CUSTODY else None
        self.close(i, Outcome.CLOSED_OFF_MODEL if self.kind_of(i).off_model else Outcome.RESOLVED)
        for u in list(i.members):
            if u.state == UnitState.ON_SCENE:
                self.leave_scene(u, wrap_up=True, custody=u is driver)
            else:
                self.call_off(u)

    def who_takes_custody(self, i: Incident, resolvers: list[Unit]) -> Unit | None:
        """18b."""
        if not self.forces.custody_by_lowest:
            return resolvers[0] if resolvers else None
        holders = [u for u in i.present if self.authority_at(u, i) >= Authority.HOLD]
        return max(holders, key=lambda u: u.tier.rank, default=None)  # the first of equals

    def holders_leave(self, number: int) -> None:
        """18a."""
        i = self.incidents[number]
        for u in list(i.members):
            if any(slot.gates for slot in self.held_by(u)) or u.relieves is not None:
                continue
            if u.state != UnitState.ON_SCENE:
                self.call_off(u)
            elif i.responder or self.safe(i, [other for other in i.present if other is not u]):
                self.leave_scene(u, wrap_up=True, custody=False)
        self.assess(i)

    def release_all(self, i: Incident) -> None:
        for u in list(i.members):
            self.call_off(u)

    def call_off(self, u: Unit) -> None:
        """18d, for those under way and those present alike."""
        self.leave_scene(u, wrap_up=False, custody=False)

    def leave_scene(self, u: Unit, wrap_up: bool, custody: bool) -> None:
        """18c, 18d: cleared now; then whatever is left to do before it is free."""
        self.leave_members(u)
        u.errands = [self.walk_back]
        if custody:
            u.errands += [self.to_station, self.at_station]
        if wrap_up:
            u.errands += [self.wrap_up]
        self.errand(u)

    def leave_members(self, u: Unit) -> None:
        """18c, 26a: cleared, where it is."""
        at = self.where(u)
        self.halt(u)
        self.place(u, at)
        for slot in self.held_by(u):
            slot.unit = None
        u.incident.members.remove(u)
        self.books.assignments[u.assignment]["cleared_us"] = self.t
        self.asked = True  # 23: a unit lost to it
        u.assignment = u.relieves = None

    def errand(self, u: Unit) -> None:
        """The next errand that takes time; free after the last."""
        while u.errands:
            if u.errands.pop(0)(u):
                return
        self.become_free(u)

    def walk_back(self, u: Unit) -> bool:
        if u.vehicle_at == NOBODY:
            return False
        self.enter(u, UnitState.TO_VEHICLE)
        self.go_to_vehicle(u)
        return True

    def go_to_vehicle(self, u: Unit) -> None:
        """8, 10b."""
        way = self.space.route_to_node(self.space.foot[u.mode], u.at, u.vehicle_at)
        if way is not None:
            self.travel(u, way)

    def at_vehicle(self, u: Unit) -> None:
        """7b."""
        n, u.vehicle_at = u.vehicle_at, NOBODY
        at = self.space.leaving[n]
        s = next(s for s in at if self.space.arc_ever_from(u.mode, s, n) < NEVER)
        self.place(u, Place(s, self.space.end_m(s, n)))

    def to_station(self, u: Unit) -> bool:
        best = None
        for station, (lost_from, lost_to) in zip(self.stations, self.stations_lost_us, strict=True):
            if lost_from <= self.t < lost_to:  # 31i
                continue
            place = Place(station.segment, station.offset_m, station.across_m)
            way = self.way_to(u, place, may_walk=False)
            if way is not None and (best is None or way.us < best.us):
                best = way
        if best is None:
            u.errands.remove(self.at_station)
            return False
        self.enter(u, UnitState.TO_STATION)
        u.station = best.target
        self.travel(u, best)
        return True

    def at_station(self, u: Unit) -> bool:
        return self.spend(u, UnitState.AT_STATION, u.incident.now.custody_us)

    def wrap_up(self, u: Unit) -> bool:
        us = self.wrap_up_us[u.incident.number][u.row.tier]
        return us > 0 and self.spend(u, UnitState.WRAP_UP, us)

    def spend(self, u: Unit, state: UnitState, us: int) -> bool:
        self.enter(u, state)
        self.next_at(u, self.t + us)
        return True

    # ---------------------------------------------------------------------------------------- dispatch (23-27)

    def sendable(self, number: int) -> None:
        i = self.incidents[number]
        i.some_sendable = True
        if i.sendables:
            self.calendar.set(i.sendables.pop(0), EventKind.SENDABLE, number)
        else:
            i.all_sendable = True
        for u in self.units:  # 29a
            if u.row.rule == PatrolRule.RESAMPLED_EACH_CALL and u.state == UnitState.PATROL:
                self.place_anew(u)
        self.asked = True

    def dispatch(self) -> None:
        """23: one pass."""
        waiting = [i for i in self.incidents if self.is_served(i)]
        for i in sorted(waiting, key=self.queue_place):
            for slot in list(i.slots):
                if self.is_served(i) and self.is_open(i, slot):
                    u = self.best_for(i, slot)
                    if u is not None and u.assignment is not None:
                        self.preempt(u, i, slot)
                    elif u is not None:
                        self.send_free(u, i, slot)
            blocks = self.is_served(i) and any(slot.gates and self.is_open(i, slot) for slot in i.slots)
            if self.forces.strict and blocks:
                return

    def send_free(self, u: Unit, i: Incident, slot: Slot) -> None:
        """23, 28b: or half of it."""
        half = self.half_for(u, i, slot)
        if half is None:
            self.send(u, i, slot, self.turnout_us(u))
        else:
            self.split(u, half, i, slot)

    def is_served(self, i: Incident) -> bool:
        return i.is_received and i.phase != Phase.LOOKING and i.some_sendable

    def queue_place(self, i: Incident) -> tuple:
        """23a."""
        priority, received = self.kind_of(i).priority, i.stamp["received"]
        if self.forces.queue_order == QueueOrder.FIRST_COME:
            return received, i.number
        if self.forces.queue_order == QueueOrder.AGEING:
            return received + priority * self.forces.ageing_us, priority, i.number
        return priority, received, i.number

    def best_for(self, i: Incident, slot: Slot) -> Unit | None:
        """23, 26: a free unit, or a victim, who has an assignment."""
        for alternative in slot.alternatives:
            candidates = []
            for u in self.units:
                if self.may_fill(u, self.class_of(i), alternative) and self.is_eligible(u, i):
                    estimate = self.estimate_us(u, self.kind_of(i).priority, self.where_is(i), self.turnout_us(u))
                    if estimate < NEVER:
                        candidates.append((estimate, u))
            free = self.choose(candidates, i) if candidates else None
            free_us = next((estimate for estimate, u in candidates if u is free), None)
            victim = self.victim_for(i, alternative, free_us)
            if victim is not None or free is not None:
                return victim or free
        return None

    def victim_for(self, i: Incident, alternative, free_us: int | None) -> Unit | None:
        """26: who is taken from another incident; ``free_us``: estimated arrival of the best free unit, if any."""
        if i.lost_at == self.t:
            return None
        priority, place = self.kind_of(i).priority, self.where_is(i)
        victims = []
        for u in self.units:
            if self.is_victim(u, i) and self.may_fill(u, self.class_of(i), alternative):
                estimate = self.estimate_us(u, priority, place, self.tired_turnout_us(u, u.tier.turnout_patrol_us))
                if estimate < NEVER:
                    victims.append((estimate, -self.kind_of(u.incident).priority, u.number))
        if not victims:
            return None
        estimate, _, number = min(victims)
        if free_us is not None and free_us - estimate < self.forces.preempt_min_gain_us:
            return None
        return self.units[number]

    def is_victim(self, u: Unit, i: Incident) -> bool:
        """26, but for the slot and the route."""
        j, priority = u.incident, self.kind_of(i).priority
        return (
            u.assignment is not None
            and j is not i
            and j.phase != Phase.LOOKING
            and bool(self.preempts[priority][self.kind_of(j).priority] >> u.state & 1)
            and bool(u.tier.preemptible)
            and self.books.assignments[u.assignment]["dispatched_us"] < self.t
            and u.vehicle_at == NOBODY
            and self.has_time(u)
            and self.t >= i.sendable_us[u.row.tier]
            and self.may_cross(u, priority, self.sector(self.where_is(i)))
        )

    def preempt(self, u: Unit, i: Incident, slot: Slot) -> None:
        """26a."""
        lost = u.incident
        self.books.assignments[u.assignment]["preempted"] = True
        self.leave_members(u)
        self.books.state_ends(u, self.t)
        lost.lost += 1
        lost.lost_at = self.t
        self.send(u, i, slot, self.tired_turnout_us(u, u.tier.turnout_patrol_us))
        self.assess(lost)
        if lost.phase == Phase.WORKING and not self.is_ready(lost):
            self.interrupt_work(lost)

    def is_available(self, u: Unit, priority: int) -> bool:
        """24."""
        if u.state in (UnitState.PATROL, UnitState.RETURNING, UnitState.SLACK):
            ready = True
        elif u.state == UnitState.POST:
            ready = u.row.leaves_post == LeavesPost.CALLED or u.moved_to != NOBODY
        elif u.state == UnitState.BREAK and self.escalated and self.forces.escalate_breaks:  # 27a
            ready = True
        else:
            ready = u.state in (UnitState.PLANNED, UnitState.BREAK) and u.commitment.priority >= priority
        return ready and self.has_time(u)

    def has_time(self, u: Unit) -> bool:
        """24, 26: left of its spell."""
        return not u.spell_over and u.spells[u.spell].end_us - self.t >= u.row.last_call_cutoff_us

    def is_eligible(self, u: Unit, i: Incident) -> bool:
        """25, but for the slot and the route."""
        place, priority = self.where_is(i), self.kind_of(i).priority
        return (
            self.is_available(u, priority)
            and self.t >= i.sendable_us[u.row.tier]
            and self.may_cross(u, priority, self.sector(place))
            and self.is_beyond_reserve(u, priority)
            and self.accepts(u, i.row.key, place)
        )

    def is_beyond_reserve(self, u: Unit, priority: int) -> bool:
        """25."""
        reserve = u.tier.reserve[priority]
        if reserve == 0:
            return True
        available = [
            other
            for other in self.units
            if other.row.tier == u.row.tier
            and (other.row.sector == u.row.sector or not u.tier.reserve_in_sector)
            and self.is_available(other, priority)
        ]
        return len(available) > reserve

    def may_cross(self, u: Unit, priority: int, sector: int) -> bool:
        if self.escalated and self.forces.escalate_borders:  # 27a
            return True
        if priority <= u.tier.border_free_priority or u.tier.border == BorderRule.ANY:
            return True
        if u.tier.border == BorderRule.OWN:
            return u.row.sector == sector
        return bool(self.world.adjacent[u.row.sector, sector])

    def accepts(self, u: Unit, key: int, place: Place) -> bool:
        first, count = u.tier.acceptance_first, u.tier.acceptance_count
        if count == 0:
            return True
        dx, dy = self.space.displacement(self.where(u), place)
        distance = math.sqrt(dx * dx + dy * dy)
        for step in self.acceptance[first : first + count]:
            if distance <= step.within_m:
                return self.draw(Purpose.ACCEPTANCE, pair_key(key, u.row.key), 0) < step.chance
        return False

    def estimate_us(self, u: Unit, priority: int, place: Place, turnout_us: int) -> int:
        """25: estimated arrival, from now; NEVER where there is no route."""
        factor = u.tier.response_factor[priority] * self.speed_factor[u.mode][self.sector(place)][self.hour(self.t)]
        return plus(turnout_us, self.space.estimate_us(u.mode, self.where(u), place, factor))

    def turnout_us(self, u: Unit) -> int:
        """25, 25a, 31f: of the state left."""
        if u.state == UnitState.PATROL and u.row.duty == Duty.STANDBY:
            us = u.tier.turnout_standby_us
        elif u.state == UnitState.POST:
            us = u.tier.turnout_post_us
        elif u.state in (UnitState.SLACK, UnitState.PLANNED, UnitState.BREAK):
            us = u.tier.turnout_base_us
        else:
            us = u.tier.turnout_patrol_us
        return self.tired_turnout_us(u, us)

    def tired_turnout_us(self, u: Unit, us: int) -> int:
        """25a."""
        return round(us * self.fatigue_turnout[self.hours_on_duty(u)])

    def hours_on_duty(self, u: Unit) -> int:
        """25a: full hours since the start of its spell."""
        return min((self.t - u.spells[u.spell].start_us) // HOUR, len(self.fatigue_turnout) - 1)

    def choose(self, candidates: list[tuple[int, Unit]], i: Incident) -> Unit:
        """25: the score."""
        for rule, extra in self.score:
            covering = self.covering(self.kind_of(i).priority) if rule == ScoreRule.LEAST_COVER_LOST else []
            if extra < NEVER:
                least = min(estimate for estimate, _ in candidates)
                candidates = [c for c in candidates if c[0] <= least + extra]
            values = [self.value(rule, estimate, u, i, covering) for estimate, u in candidates]
            candidates = [c for c, value in zip(candidates, values, strict=True) if value == min(values)]
        return min((u for _, u in candidates), key=lambda u: u.number)

    def covering(self, priority: int) -> list[list[Unit]]:
        """25b: who covers each sector."""
        available = [u for u in self.units if self.is_available(u, priority)]
        points = [Place(point.segment, point.offset_m, point.across_m) for point in self.cover_points]
        standard = self.forces.cover_standard_us
        return [
            [u for u in available if self.estimate_us(u, priority, point, self.turnout_us(u)) <= standard]
            for point in points
        ]

    def cover_lost(self, u: Unit, covering: list[list[Unit]]) -> int:
        """25b."""
        lost = 0.0
        for sector, units in enumerate(covering):
            if units == [u]:
                lost += self.cover_weight[sector]
        return round(1e9 * lost)

    def value(
        self, rule: int, estimate: int, u: Unit, i: Incident, covering: list[list[Unit]]
    ) -> float | tuple[int, int]:
        sector = self.sector(self.where_is(i))
        if rule == ScoreRule.NEAREST and self.in_plane:  # of equals the nearest, at any speed
            length = self.space.length_m(*self.space.displacement(self.where(u), self.where_is(i)))
            return estimate, round(1e6 * length)
        if rule == ScoreRule.NEAREST:
            return estimate
        if rule == ScoreRule.OWN_SECTOR:
            return 0 if u.row.sector == sector else 1
        if rule == ScoreRule.LOWEST_TIER:
            return -u.tier.rank
        if rule == ScoreRule.HIGHEST_TIER:
            return u.tier.rank
        if rule == ScoreRule.RANDOM:
            return self.draw(Purpose.CHOICE, pair_key(i.row.key, u.row.key), 0)
        if rule == ScoreRule.LEAST_COVER_LOST:
            return self.cover_lost(u, covering)
        return self.preference[sector][u.number]

    def send(self, u: Unit, i: Incident, slot: Slot | None, turnout_us: int, sendable_us: int | None = None) -> None:
        """25a."""
        self.keep_rest(u)
        if sendable_us is None:
            sendable_us = i.sendable_us[u.row.tier]
        self.assign(u, i, slot, sendable_us, own_find=False)
        if turnout_us > 0:
            self.next_at(u, self.t + turnout_us)
        else:
            self.en_route(u)

    def keep_rest(self, u: Unit) -> None:
        """25a: of interrupted planned work or a break."""
        rest = u.goes_to
        if rest is None and u.state in (UnitState.PLANNED, UnitState.BREAK) and u.commitment_end > self.t:
            rest = u.commitment, u.commitment_end - self.t
        u.rest = rest or u.rest

    def assign(self, u: Unit, i: Incident, slot: Slot | None, sendable_us: int, own_find: bool) -> None:
        self.halt(u)
        self.enter(u, UnitState.TURNOUT)  # of no length where there is no turnout
        u.incident, u.assignment = i, len(self.books.assignments)
        self.books.units["assignments"][u.number] += 1
        self.books.assignments.append(
            {
                "incident": i.number,
                "unit": u.number,
                "slot": NOBODY if slot is None else i.slots.index(slot),
                "on_view": own_find,
                "preempted": False,
                "handed_over": False,
                "priority": self.kind_of(i).priority,
                "sendable_us": sendable_us,
                "dispatched_us": self.t,
                "en_route_us": NEVER,
                "arrived_us": NEVER,
                "cleared_us": NEVER,
                "travel_m": 0.0,
            }
        )
        i.members.append(u)
        i.ever_member = True
        i.sent += 1
        self.take(u, slot)

    def en_route(self, u: Unit) -> None:
        self.books.assignments[u.assignment]["en_route_us"] = self.t
        self.enter(u, UnitState.EN_ROUTE)
        self.set_out(u)

    def queue_rule(self, i: Incident) -> None:
        """27: after the pass that follows the last SENDABLE."""
        if not i.all_sendable or not i.is_received or i.ever_member or self.kind_of(i).off_model:
            return
        rule = self.forces.queue_rule
        if not self.is_reachable(i):
            self.close(i, Outcome.UNREACHABLE)
        elif rule == QueueRule.LOST or (rule == QueueRule.LIMIT and self.waiting() > self.forces.queue_limit):
            self.close(i, Outcome.LOST)

    def waiting(self) -> int:
        """27: calls that wait."""
        return sum(i.is_received and i.all_sendable and not i.ever_member for i in self.incidents)

    def is_reachable(self, i: Incident) -> bool:
        place = self.where_is(i)
        return any(
            self.may_fill(u, self.class_of(i), alternative)
            and self.space.route(u.mode, u.first_base, place, may_walk=True) is not None
            for slot in i.slots
            if self.is_open(i, slot)
            for alternative in slot.alternatives
            for u in self.units
        )

    # ---------------------------------------------------------------------------------------- escalation (27a, 27b)

    def weigh_escalation(self) -> None:
        """27a."""
        waiting = self.waiting()
        if self.escalated:
            if waiting <= self.forces.escalate_until:
                self.escalated = False
                for u in self.units:
                    if u.row.on_call_us < NEVER:
                        self.calendar.void(EventKind.DUTY_BEGINS, u.number)
        elif waiting <= self.forces.escalate_over:
            self.calendar.void(EventKind.ESCALATES, 0)
        elif (EventKind.ESCALATES, 0) not in self.calendar.due:
            self.calendar.set(self.t + self.forces.escalate_after_us, EventKind.ESCALATES, 0)

    def escalates(self, _number: int) -> None:
        """27a, 27b."""
        self.escalated = True
        self.asked = True
        for u in self.units:
            if u.row.on_call_us < NEVER and u.state == UnitState.OFF_DUTY and u.row.whole == NOBODY:
                at = self.t + u.row.on_call_us
                if self.spell_at(u, at) != NOBODY:
                    self.calendar.set(at, EventKind.DUTY_BEGINS, u.number)

    def spell_at(self, u: Unit, t: int) -> int:
        """The spell of the unit that covers a moment."""
        return next((n for n, spell in enumerate(u.spells) if spell.start_us <= t < spell.end_us), NOBODY)

    # ---------------------------------------------------------------------------------------- joint patrol (28)

    def halves(self, u: Unit) -> list[Unit]:
        return [self.units[number] for number in u.row.half if number != NOBODY]

    def half_for(self, u: Unit, i: Incident, slot: Slot) -> Unit | None:
        """28b: the half that goes alone: of the largest rank, the first of equals."""
        if self.kind_of(i).priority < u.row.splits_from:
            return None
        able = [
            half
            for half in self.halves(u)
            if any(self.may_fill(half, self.class_of(i), alternative) for alternative in slot.alternatives)
        ]
        return max(able, key=lambda half: (half.tier.rank, -half.number), default=None)

    def split(self, u: Unit, half: Unit, i: Incident, slot: Slot) -> None:
        """28b."""
        turnout_us = self.turnout_us(u)
        self.keep_rest(u)
        self.halt(u)
        self.enter(u, UnitState.OFF_DUTY)
        u.is_two = True
        for one in self.halves(u):
            self.place(one, u.at)
            self.spell_begins(one, u.spell)
        self.send(half, i, slot, turnout_us, sendable_us=i.sendable_us[u.row.tier])
        self.back_to_duty(self.other_half(half))

    def other_half(self, u: Unit) -> Unit:
        return next(half for half in self.halves(self.units[u.row.whole]) if half is not u)

    def joins(self, u: Unit) -> bool:
        """28b: whether a half that goes back to duty joins the other or waits for it."""
        other = self.other_half(u)
        if other.state == UnitState.RETURNING:
            self.wait_to_meet(u)
            return True
        if other.state != UnitState.PATROL or other.spell_over:
            return False
        if other.leg is None and other.at == u.at:
            self.become_one(self.units[u.row.whole])
            return True
        self.halt(other)
        other.bound_for, other.dwelling = NOBODY, False
        self.wait_to_meet(other)
        self.enter(u, UnitState.RETURNING)
        self.go_to(u, other.at)
        return True

    def wait_to_meet(self, u: Unit) -> None:
        self.stand(u, u.at)
        self.next_at(u, self.t + MEET_US)

    def become_one(self, whole: Unit) -> None:
        """28b."""
        whole.is_two = False
        self.place(whole, self.halves(whole)[0].at)
        for half in self.halves(whole):
            self.halt(half)
            self.enter(half, UnitState.OFF_DUTY)
            self.calendar.void(EventKind.DUTY_ENDS, half.number)
        self.become_free(whole)

    # ---------------------------------------------------------------------------------------- duty (28-31)

    def spell_begins(self, u: Unit, spell: int) -> None:
        u.spell = spell
        u.spell_over = False
        self.calendar.set(u.spells[u.spell].end_us, EventKind.DUTY_ENDS, u.number)
        self.set_commitment(u)

    def set_next_spell(self, u: Unit) -> None:
        if u.row.whole != NOBODY:  # 28b
            return
        if u.row.on_call_us == NEVER and u.spell + 1 < len(u.spells):
            self.calendar.set(u.spells[u.spell + 1].start_us, EventKind.DUTY_BEGINS, u.number)

    def duty_begins(self, number: int) -> None:
        """31a."""
        u = self.units[number]
        self.end_overtime(u)
        self.spell_begins(u, u.spell + 1 if u.row.on_call_us == NEVER else self.spell_at(u, self.t))
        u.is_two = any(half.state != UnitState.OFF_DUTY for half in self.halves(u))
        if not u.is_two:
            self.come_on_duty(u)
            return
        for half in self.halves(u):  # 28b
            self.end_overtime(half)
            self.spell_begins(half, u.spell)
            self.come_on_duty(half)

    def come_on_duty(self, u: Unit) -> None:
        """31a."""
        if u.state == UnitState.OFF_DUTY:
            self.place(u, u.base(self.t))
            if u.row.muster_us > 0:
                self.enter(u, UnitState.MUSTER)
                self.next_at(u, self.t + u.row.muster_us)
            else:
                self.become_free(u)
        elif u.state == UnitState.TO_BASE:
            self.halt(u)
            self.become_free(u)

    def duty_ends(self, number: int) -> None:
        """31b."""
        u = self.units[number]
        u.spell_over = True
        if not u.is_two:
            self.overtime_from[u.number] = self.t
        u.rest = None
        while u.coming < len(u.commitments) and u.commitments[u.coming].start_us < u.spells[u.spell].end_us:
            self.books.missed(u, u.commitments[u.coming])
            u.coming += 1
        self.calendar.void(EventKind.COMMITMENT, number)
        self.set_next_spell(u)
        if u.is_two:  # 28b
            u.is_two = False
            self.place(u, u.base(self.t))
        elif u.state in (*COVERING, UnitState.SLACK, UnitState.PLANNED, UnitState.BREAK, UnitState.MUSTER):
            self.halt(u)
            self.go_home(u)
        elif u.state == UnitState.ON_SCENE and u.row.hands_over and u.spells[u.spell].relief != NOBODY:
            self.await_relief(u)

    def await_relief(self, u: Unit) -> None:
        """31f."""
        for other in self.units:  # of several that wait for one relief only the last to begin does
            if other.relief == u.spells[u.spell].relief:
                other.awaited_at = None
        u.awaited_at, u.relief = u.assignment, u.spells[u.spell].relief
        relief = self.units[u.relief]
        if relief.state in (*COVERING, UnitState.SLACK) and not relief.spell_over:
            self.relieve(relief, u)

    def awaits(self, u: Unit, relief: Unit) -> bool:
        """31f: whether it still waits for this one."""
        return (
            u.awaited_at is not None
            and u.awaited_at == u.assignment
            and u.state == UnitState.ON_SCENE
            and u.incident.phase != Phase.CLOSED
            and u.relief == relief.number
        )

    def relieve(self, relief: Unit, u: Unit) -> bool:
        """31f: the relief is sent, for no slot; whether it has a way there (10b)."""
        assignment, u.awaited_at = u.awaited_at, None
        if self.space.route(relief.mode, self.where(relief), self.where_is(u.incident), may_walk=True) is None:
            return False
        relief.relieves = u, assignment
        self.send(relief, u.incident, None, self.turnout_us(relief), sendable_us=self.t)
        return True

    def take_over(self, relief: Unit) -> None:
        """31f: it has come and takes the place of the other."""
        if relief.relieves is None:
            return
        (u, assignment), relief.relieves = relief.relieves, None
        if u.assignment != assignment:
            return
        slot = self.slot_of(u)
        if self.slot_of(relief) is None and slot is not None:
            slot.unit = relief  # 28a: no second, and of two the other opens
        self.books.assignments[assignment]["handed_over"] = True
        self.call_off(u)

    def end_overtime(self, u: Unit) -> None:
        if u.number in self.overtime_from:
            self.books.overtime(u, self.overtime_from.pop(u.number), self.t)

    def go_home(self, u: Unit) -> None:
        self.enter(u, UnitState.TO_BASE)
        self.go_to(u, u.base(self.t))

    def off_duty(self, u: Unit) -> None:
        self.enter(u, UnitState.OFF_DUTY)
        self.end_overtime(u)

    def set_commitment(self, u: Unit) -> None:
        """31c: one that should have begun already is due and has no event."""
        if u.coming < len(u.commitments) and u.commitments[u.coming].start_us > self.t:
            self.calendar.set(u.commitments[u.coming].start_us, EventKind.COMMITMENT, u.number)

    def commitment_due(self, number: int) -> None:
        """31c."""
        u = self.units[number]
        if u.state in (*COVERING, UnitState.SLACK):
            self.halt(u)
            self.next_commitment(u)

    def next_commitment(self, u: Unit) -> None:
        commitment = u.commitments[u.coming]
        u.coming += 1
        self.set_commitment(u)
        self.begin_commitment(u, commitment, commitment.duration_us)

    def begin_commitment(self, u: Unit, commitment, us: int) -> None:
        if commitment.segment != NOBODY:
            u.commitment = commitment
            self.enter(u, UnitState.PLANNED)
            u.goes_to = commitment, us
            self.go_to_work(u)
            return
        self.do_commitment(u, commitment, us)

    def go_to_work(self, u: Unit) -> None:
        """31c."""
        commitment, _ = u.goes_to
        self.go_to(u, Place(commitment.segment, commitment.offset_m, commitment.across_m))

    def do_commitment(self, u: Unit, commitment, us: int) -> None:
        self.enter(u, UnitState.PLANNED if commitment.kind == CommitmentKind.PLANNED else UnitState.BREAK)
        u.commitment, u.commitment_end = commitment, self.t + us
        self.next_at(u, u.commitment_end)

    def become_free(self, u: Unit) -> None:
        """31d."""
        if u.incident is not None:
            self.books.presence(u, self.t)
            self.books.state_ends(u, self.t)
            u.incident = None
        if not u.spell_over:
            waiting = next((other for other in self.units if self.awaits(other, u)), None)
            if waiting is not None and self.relieve(u, waiting):
                self.asked = True
                return
            self.miss_commitments(u)
        if u.spell_over:
            for other in self.units:
                if self.awaits(other, u):
                    other.awaited_at = None
            self.go_home(u)
        elif u.rest is not None:
            (commitment, us), u.rest = u.rest, None
            self.begin_commitment(u, commitment, us)
        elif u.coming < len(u.commitments) and u.commitments[u.coming].start_us <= self.t:
            self.next_commitment(u)
        else:
            self.back_to_duty(u)
        self.asked = True

    def miss_commitments(self, u: Unit) -> None:
        """31c: those that should have begun by now at the latest."""
        while u.rest is None and u.coming < len(u.commitments) and u.commitments[u.coming].start_us <= self.t:
            if self.t <= u.commitments[u.coming].latest_us:
                return
            self.books.missed(u, u.commitments[u.coming])
            u.coming += 1
            self.set_commitment(u)

    def back_to_duty(self, u: Unit) -> None:
        row = u.row
        if row.duty == Duty.POST:
            self.back_to_post(u, u.post)
            return
        if u.moved_to != NOBODY:
            self.back_to_post(u, self.cover_points[u.moved_to])
            return
        if self.goes_slack(u):
            return
        if row.whole != NOBODY and self.joins(u):
            return
        if row.rule in (PatrolRule.RESAMPLED, PatrolRule.RESAMPLED_EACH_CALL):
            self.place_anew(u)
            return
        if row.rule == PatrolRule.ROUND:
            self.go_round(u)
            return
        if row.rule == PatrolRule.VISITS:
            self.visit_next(u)
            return
        if self.in_plane:
            self.stand(u, u.at)
            return
        n = self.space.node_at(u.at)
        if n != NOBODY and self.is_of_beat(u, n):
            self.enter(u, UnitState.PATROL)
            self.patrol(u, NOBODY)
        elif n == NOBODY and self.beat_segments[row.beat][u.at.segment]:
            self.enter(u, UnitState.PATROL)
            self.patrol_from_mid_segment(u)
        else:
            self.return_to_beat(u)

    def back_to_post(self, u: Unit, post: Place) -> None:
        if u.at == post:
            self.enter(u, UnitState.POST)
            self.start_standing(u)
            return
        self.go_back(u, post)

    def go_back(self, u: Unit, place: Place) -> None:
        self.enter(u, UnitState.RETURNING)
        self.go_to(u, place)

    def place_anew(self, u: Unit) -> None:
        """29a; in a beat without segments it stands."""
        ground = [s for s, in_beat in enumerate(self.beat_segments[u.row.beat]) if in_beat]
        if ground:
            self.stop_standing(u)
        self.stand(u, self.drawn_place(u, ground) if ground else u.at)

    def stand(self, u: Unit, at: Place) -> None:
        """On patrol, but on no leg."""
        self.enter(u, UnitState.PATROL)
        self.place(u, at)
        self.start_standing(u)

    def stand_for_want(self, u: Unit) -> None:
        """10a, 31d: of a street or a way."""
        self.stand(u, u.at)
        u.wants_way = True

    def drawn_place(self, u: Unit, ground: list[int]) -> Place:
        which, along, across = (self.patrol_draw(u) for _ in range(3))
        total = 0.0
        for s in ground:
            total += self.space.segments[s].length_m
        running = 0.0
        for s in ground:
            running += self.space.segments[s].length_m
            if running > which * total:
                return self.space.spot(s, along, across)
        return self.space.spot(ground[-1], along, across)

    def patrol_draw(self, u: Unit) -> float:
        u.choices += 1
        return self.draw(Purpose.PATROL, u.row.key, u.choices - 1)

    def patrol_from_mid_segment(self, u: Unit) -> None:
        drawn = self.patrol_draw(u)
        s, offset_m, _ = u.at
        seg, arcs = self.space.segments[s], self.space.open_us[u.mode]  # 10: it may leave a closed street
        to_b, to_a = arcs[2 * s] < NEVER, arcs[2 * s + 1] < NEVER
        end = seg.a if to_a and (drawn < 0.5 or not to_b) else seg.b
        self.begin_leg(u, s, offset_m, self.space.end_m(s, end), last=False)

    def go_round(self, u: Unit) -> None:
        """29b."""
        beat, arc = self.beats[u.row.beat], self.next_of_round(u)
        if arc == NOBODY:
            self.stand_for_want(u)
            return
        s, n = arc // 2, self.space.starts_at(arc)
        if self.space.node_at(u.at) != n:
            self.enter(u, UnitState.RETURNING)
            way = self.space.route_to_node(u.mode, u.at, n)
            if way is not None:  # 10b
                self.travel(u, way)
            return
        u.round_at = (u.round_at + 1) % beat.round_count
        self.enter(u, UnitState.PATROL)
        self.begin_leg(u, s, self.space.end_m(s, n), self.space.end_m(s, self.space.other_end(s, n)), last=False)

    def next_of_round(self, u: Unit) -> int:
        """10b: its place moves on to the next arc that its mode may pass now."""
        beat = self.beats[u.row.beat]
        for place in range(u.round_at, u.round_at + beat.round_count):
            arc = self.round_arcs[beat.round_first + place % beat.round_count]
            if self.space.arc_us[u.mode][arc] < NEVER:
                u.round_at = place % beat.round_count
                return arc
        return NOBODY

    def visit_next(self, u: Unit) -> None:
        """29c."""
        beat = self.beats[u.row.beat]
        points = range(beat.visit_first, beat.visit_first + beat.visit_count)
        taken = {other.bound_for for other in self.units}
        points = [row for row in points if row not in taken] or list(points)
        if not points:
            self.stand(u, u.at)
            return
        row = min(points, key=lambda row: self.last_visit_us[row])  # the first of equals
        self.enter(u, UnitState.PATROL)
        u.bound_for = row
        self.go_to_point(u)

    def go_to_point(self, u: Unit) -> None:
        """29c, 10b."""
        point = self.visits[u.bound_for]
        way = self.way_to(u, Place(point.segment, point.offset_m), may_walk=False)
        if way is None:
            u.bound_for = NOBODY
            self.stand_for_want(u)
        else:
            self.travel(u, way)

    def dwell(self, u: Unit) -> None:
        """29c: it has come to the point."""
        self.last_visit_us[u.bound_for] = self.t
        u.dwelling = True
        self.start_standing(u)
        self.next_at(u, self.t + self.visits[u.bound_for].dwell_us)

    def dwelled(self, u: Unit) -> None:
        """29c."""
        self.books.visited(u.bound_for, self.visits[u.bound_for].dwell_us, self.t)
        team = self.visits[u.bound_for].team
        u.bound_for, u.dwelling = NOBODY, False
        if team != NOBODY:
            self.inspect(team)
        if not self.goes_slack(u):
            self.visit_next(u)

    def is_of_beat(self, u: Unit, n: int) -> bool:
        """10: a beat intersection."""
        in_beat = self.beat_segments[u.row.beat]
        leaving = self.space.leaving[n]
        return bool(self.beat_nodes[u.row.beat][n]) and any(
            in_beat[s] and self.space.arc_from(u.mode, s, n) < NEVER for s in leaving
        )

    def return_to_beat(self, u: Unit) -> None:
        """31d: to the nearest of its intersections, the first of equals."""
        best = None
        for n in range(len(self.space.leaving)):
            way = self.space.route_to_node(u.mode, u.at, n) if self.is_of_beat(u, n) else None
            if way is not None and (best is None or way.us < best.us):
                best = way
        if best is None:
            self.stand_for_want(u)
            return
        self.enter(u, UnitState.RETURNING)
        self.travel(u, best)

    def patrol(self, u: Unit, came_by: int) -> None:
        """29, 31e."""
        if u.row.whole != NOBODY and self.joins(u):
            return
        if u.row.rule == PatrolRule.ROUND:
            self.go_round(u)
            return
        n = self.space.node_at(u.at)
        if not self.is_of_beat(u, n):
            self.return_to_beat(u)
            return
        in_beat = self.beat_segments[u.row.beat]
        arcs = [s for s in self.space.leaving[n] if in_beat[s] and self.space.arc_from(u.mode, s, n) < NEVER]
        s = self.patrol_choice(u, arcs, came_by)
        self.begin_leg(u, s, self.space.end_m(s, n), self.space.end_m(s, self.space.other_end(s, n)), last=False)

    def patrol_choice(self, u: Unit, arcs: list[int], came_by: int) -> int:
        rule = u.row.rule
        if rule == PatrolRule.LEAST_RECENTLY_PASSED:
            return min(arcs, key=lambda s: self.last_taken[s])  # the first of equals
        drawn = self.patrol_draw(u)
        if rule in (PatrolRule.NO_U_TURN, PatrolRule.WEIGHTED):
            arcs = [s for s in arcs if s != came_by] or arcs
        if rule == PatrolRule.WEIGHTED:
            weights = [self.space.segments[s].patrol_weight for s in arcs]
            total = 0.0
            for weight in weights:
                total += weight
            if total > 0:
                running = 0.0
                for s, weight in zip(arcs, weights, strict=True):
                    running += weight
                    if running > drawn * total:
                        return s
                return arcs[-1]
        return arcs[math.floor(drawn * len(arcs))]

    # ---------------------------------------------------------------------------------------- move-up (31g)

    def move_up(self) -> None:
        for tier, row in enumerate(self.tiers):
            if row.moves_up:
                units = [u for u in self.units if u.row.tier == tier]
                self.end_moves(units)
                for sector in sorted({u.row.sector for u in units}):
                    self.cover(units, sector)

    def end_moves(self, units: list[Unit]) -> None:
        """The sector has a unit of its own again."""
        for u in units:
            at_home = (other for other in units if other.row.sector == u.moved_to and other.moved_to == NOBODY)
            if u.moved_to != NOBODY and any(self.is_available(other, 3) for other in at_home):
                u.moved_to = NOBODY
                self.halt(u)
                self.back_to_duty(u)

    def cover(self, units: list[Unit], sector: int) -> None:
        """A unit of a sector with others goes to one that nobody covers."""
        available = [u for u in units if self.is_available(u, 3)]
        covered = [u.row.sector if u.moved_to == NOBODY else u.moved_to for u in available]
        if sector in covered:
            return
        ways = []
        for u in available:
            if u.state == UnitState.PATROL and u.moved_to == NOBODY and covered.count(u.row.sector) >= 2:
                way = self.route_from_here(u, self.cover_points[sector])
                if way is not None and way.us <= self.forces.move_up_within_us:
                    ways.append((way.us, u.number))
        if ways:
            u = self.units[min(ways)[1]]
            self.halt(u)
            u.moved_to = sector
            self.back_to_duty(u)

    def route_from_here(self, u: Unit, target: Place) -> Way | None:
        """18c, for a unit that may be on a leg."""
        here = self.where(u)
        return straight(u.mode, 0, target) if here == target else self.space.route(u.mode, here, target, may_walk=False)

    # ---------------------------------------------------------------------------------------- inspection (33)

    def goes_slack(self, u: Unit) -> bool:
        """33a: it decides, if it has to, and goes to its base or stands there if it slacks."""
        if not u.row.may_slack or self.forces.slack_us == 0:
            return False
        if u.decided_in != u.spell or self.t >= u.decided_us + self.forces.slack_us:
            u.slacks = self.draw(Purpose.SLACK, u.row.key, u.decisions) >= self.compliance_of(u.row.team)
            u.decided_us, u.decided_in = self.t, u.spell
            u.decisions += 1
        if not u.slacks:
            return False
        if u.at == u.base(self.t):
            self.enter(u, UnitState.SLACK)
            self.next_at(u, u.decided_us + self.forces.slack_us)
        else:
            self.go_back(u, u.base(self.t))
        return True

    def compliance_of(self, team: int) -> float:
        """33."""
        floor, half_life_us = self.compliance
        return floor + (1 - floor) * math.exp(-LN2 * ((self.t - self.inspected_us[team]) / half_life_us))

    def inspect(self, team: int) -> None:
        """33b."""
        self.inspected_us[team] = self.t
        for u in self.units:
            if u.row.team == team:
                u.slacks = False
                if u.state == UnitState.SLACK:
                    self.halt(u)
                    self.become_free(u)

    # ---------------------------------------------------------------------------------------- probes (35)

    def probe(self, number: int) -> None:
        probe = self.probes[number]
        class_ = self.classes[probe.class_]
        slots = self.slots_of(class_.slot_first, class_.slot_count, added=False)
        wanted = [slot for slot in slots if slot.in_quorum] or slots
        presence, capable = [NEVER, NEVER], [NEVER, NEVER]
        place = Place(probe.segment, probe.offset_m, probe.across_m)
        for u in self.units:
            if not (
                self.is_available(u, class_.priority)
                and self.may_cross(u, class_.priority, probe.sector)
                and self.is_beyond_reserve(u, class_.priority)
                and self.accepts(u, probe.key, place)
            ):
                continue
            estimate = self.estimate_us(u, class_.priority, place, self.turnout_us(u))
            clock = plus(self.forces.call_handling_us, self.outage_us(), u.tier.relay_us, estimate)
            holds = self.authority[u.row.tier][probe.class_] >= Authority.HOLD
            if holds and u.row.crew >= class_.safe_crew - (1 if u.tier.kit else 0):
                presence.append(clock)
            if any(self.may_fill(u, probe.class_, a) for slot in wanted for a in slot.alternatives):
                capable.append(clock)
        self.books.probes[number] = (*sorted(presence)[:2], *sorted(capable)[:2])

    # ---------------------------------------------------------------------------------------- records

    def records(self, stop: int) -> Records:
        books = self.books
        for u in self.units:
            books.presence(u, stop)
            if u.leg is not None:
                self.end_leg(u)
            self.end_overtime(u)
        for u in self.units:
            books.state_ends(u, stop)
        for s in range(len(books.streets)):
            books.gap(s, self.world.end_us)
        assignments = np.zeros(len(books.assignments), tables.ASSIGNMENT_RECORD)
        for row, assignment in zip(assignments, books.assignments, strict=True):
            for field, value in assignment.items():
                row[field] = value
        return Records(
            stop_us=stop,
            events=len(books.trace),
            agent_events=0,
            incidents=np.array([self.incident_record(i) for i in self.incidents], tables.INCIDENT_RECORD),
            assignments=assignments,
            units=books.units,
            streets=books.streets,
            probes=books.probes,
            visits=books.visits,
            hourly_us=books.hourly_us,
            states=np.array(books.states, tables.STATE_RECORD),
            legs=np.array(books.legs, tables.LEG_RECORD),
            trace=np.array(books.trace, tables.TRACE_RECORD),
        )

    def incident_record(self, i: Incident) -> tuple:
        outcome = i.outcome
        if i.phase not in (Phase.UNBORN, Phase.CLOSED):
            outcome = Outcome.OPEN_AT_END
        return (
            i.phase,
            i.stage,
            outcome,
            i.on_view,
            i.intercepted,
            self.class_of(i) if i.received_class == NOBODY else i.received_class,
            *self.where_is(i),
            i.stamp["received"],
            i.stamp["handled"],
            i.stamp["first_arrival"],
            i.stamp["first_presence"],
            i.stamp["first_capable"],
            i.stamp["complement"],
            i.stamp["work_end"],
            i.stamp["closed"],
            i.presence_assignment,
            i.presence_tier,
            i.resolved_tier,
            i.sent,
            i.lost,
        )


def run(world: World, forces: Forces) -> Records:
    """Simulates one replication by the rules of odd.md; the records include states, legs and the trace."""
    return Twin(world, forces).run()
