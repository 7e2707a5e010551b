"""A tiny world and its records, written down by hand so that every measure can be worked out on paper.

Two streets in a row, sectors east and west, two tiers, three units; measured from minute 60 to minute 180. Or a torus
of two areas with the same day, all places at (25, 40).
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from sim import tables as t
from sim.vocabulary import (
    MINUTE,
    NEVER,
    NOBODY,
    Activity,
    CommitmentKind,
    Ending,
    Metric,
    Outcome,
    Phase,
    StreetKind,
    UnitState,
)

WARM_UP_MIN, END_MIN = 60, 180
LABELS = t.Labels(
    classes=("fight", "help", "medical"),
    tiers=("police", "community"),
    sectors=("east", "west"),
    modes=("foot",),
    lines=("cars", "pairs"),
    units=("car 1", "pair 1", "pair 2"),
    teams=("team 1",),
    sites=("police_station",),
)
POLICE, COMMUNITY = 0, 1
FIGHT, HELP, MEDICAL = 0, 1, 2


def us(minute: float | None) -> int:
    """Microseconds of a minute; ``None``: it has not come."""
    return NEVER if minute is None else round(minute * MINUTE)


def rows(dtype: np.dtype, *records: dict) -> np.ndarray:
    """A table from rows that name what is not zero."""
    table = np.zeros(len(records), dtype)
    for place, record in enumerate(records):
        for name, value in record.items():
            table[name][place] = value
    return table


def streets() -> t.Streets:
    segments = rows(
        t.SEGMENT,
        {"a": 0, "b": 1, "kind": StreetKind.ROAD, "sector": 0, "length_m": 100.0, "weight": 1.0},
        {"a": 1, "b": 2, "kind": StreetKind.LANE, "sector": 1, "length_m": 300.0, "weight": 1.0},
    )
    empty = np.zeros(0, np.int64)
    return t.Streets(
        x_m=np.array([0.0, 100.0, 400.0]),
        y_m=np.zeros(3),
        segments=segments,
        **dict.fromkeys(t.Streets._fields[3:], empty),
    )


NO_PLANE = t.Plane(int(Metric.STREETS), 0, np.zeros(2), np.zeros(1), np.zeros(1))


EUCLID = NO_PLANE._replace(metric=int(Metric.EUCLID), torus=1, extent_m=np.array([400.0, 100.0]))


def areas() -> t.Streets:
    """The torus: two areas of 200 m x 100 m."""
    segments = rows(t.SEGMENT, {"a": 0, "b": 1, "sector": 0}, {"a": 2, "b": 3, "sector": 1})
    segments["length_m"] = 20_000.0
    x_m, y_m = np.array([0.0, 200.0, 200.0, 400.0]), np.array([0.0, 100.0, 0.0, 100.0])
    return streets()._replace(x_m=x_m, y_m=y_m, segments=segments)


def incident(began: float, class_: int, sector: int = 0, **more) -> dict:
    """What policy cannot change, and what came of it, in minutes."""
    return {"began": began, "class_": class_, "sector": sector, **more}


#: The day. Times in minutes.
DAY = (
    incident(30, HELP, received=31, first_presence=33, outcome=Outcome.RESOLVED, tier=POLICE),  # in the warm-up
    incident(61, FIGHT, received=63, first_arrival=66, first_presence=67, first_capable=67, complement=68,
             work_end=88, closed=88, outcome=Outcome.RESOLVED, tier=POLICE, ending=Ending.CUSTODY,
             sent=(0, 63.75, 64, 64.25, 66, 500), handed_over=1),
    incident(68, HELP, received=70, first_arrival=74, first_presence=74, first_capable=74, complement=74, work_end=84,
             closed=84, outcome=Outcome.RESOLVED, tier=COMMUNITY, sent=(1, 72.25, 72.25, 72.5, 74, 100), sector=1,
             lost=1),
    incident(79, HELP, received=80, closed=95, outcome=Outcome.ABANDONED),
    incident(89, HELP, received=90, first_arrival=90.5, first_presence=90.5, first_capable=90.5, complement=90.5,
             work_end=95, closed=95, outcome=Outcome.RESOLVED, tier=COMMUNITY, on_view=1,
             sent=(2, 90, 90, 90, 90.5, 20)),
    incident(100, HELP, closed=110, outcome=Outcome.UNNOTICED),
    incident(108, FIGHT, received=110, first_arrival=112, first_presence=112, closed=117, outcome=Outcome.UNFOUNDED,
             tier=POLICE, sent=(0, 110.75, 110.75, 111, 112, 300), unfounded=1),
    incident(119, FIGHT, received=120, first_arrival=121, first_presence=126, first_capable=130, complement=130,
             work_end=150, closed=150, outcome=Outcome.RESOLVED, tier=COMMUNITY, resolved_tier=POLICE, intercepted=1,
             path_count=2, stage=1, sent=(1, 122.25, 122.25, 122.5, 125, 200)),
    incident(140, MEDICAL, received=141, handled=171.5, first_capable=152, work_end=160, closed=160,
             outcome=Outcome.CLOSED_OFF_MODEL),
    incident(170, MEDICAL, received=171, handled=172.25, outcome=Outcome.NONE, phase=Phase.OPEN),
    incident(179, HELP, phase=Phase.UNBORN),
)  # fmt: skip


def world(replication: int = 0, day: tuple[dict, ...] = DAY) -> t.World:
    incidents = rows(
        t.INCIDENT,
        *(
            {"key": place + 1, "sector": one["sector"], "segment": one["sector"], "offset_m": 25.0,
             "began_us": us(one["began"]), "unfounded": one.get("unfounded", 0),
             "path_count": one.get("path_count", 0)}
            for place, one in enumerate(day)
        ),
    )  # fmt: skip
    stages = rows(
        t.STAGE,
        *(
            {"class_": one["class_"], "ending": one.get("ending", Ending.RESOLVED)}
            for one in day
            for _ in range(t.MAX_STAGES)
        ),
    )
    probes = rows(
        t.PROBE,
        *({"at_us": us(70), "class_": FIGHT, "purpose": 0, "sector": 0} for _ in range(2)),
        {"at_us": us(130), "class_": HELP, "purpose": 0, "sector": 1},
        *({"at_us": us(140), "class_": HELP, "purpose": 2, "sector": 1} for _ in range(4)),
    )
    empty = np.zeros(0)
    return t.World(
        seed=1, replication=replication, warm_up_us=us(WARM_UP_MIN), end_us=us(END_MIN), horizon_us=us(END_MIN + 60),
        start_hour=23, look_us=us(5), off_model_handling_us=0, streets=streets(), plane=NO_PLANE, speed_factor=empty,
        sight_factor=empty, adjacent=np.eye(2, dtype=np.uint8),
        classes=rows(t.CLASS, {"priority": 1}, {"priority": 3}, {"priority": 2}),
        slots=empty, alternatives=empty, stations=empty, incidents=incidents, stages=stages, path=empty, probes=probes,
        outages=np.zeros(0, t.OUTAGE), stations_lost_us=empty, deterrence_curve=empty, deterrence=empty,
    )  # fmt: skip


def in_plane(given: t.World) -> t.World:
    """The same day on the torus."""
    made = given._replace(plane=EUCLID, streets=areas(), incidents=given.incidents.copy(), probes=given.probes.copy())
    for table in (made.incidents, made.probes):
        table["offset_m"], table["across_m"] = 25.0, 40.0
    return made


def forces() -> t.Forces:
    units = rows(
        t.UNIT,
        {"tier": POLICE, "line": 0, "team": NOBODY, "crew": 2, "sector": NOBODY, "commitment_count": 2},
        {"tier": COMMUNITY, "line": 1, "team": 0, "crew": 2, "sector": 0, "commitment_first": 2, "commitment_count": 1},
        {"tier": COMMUNITY, "line": 1, "team": 0, "crew": 3, "sector": 1, "commitment_first": 3, "commitment_count": 2},
    )
    units["whole"] = units["half"] = NOBODY
    units["spell_first"], units["spell_count"], units["on_call_us"] = [0, 1, 3], [1, 2, 1], NEVER
    spells = rows(
        t.SPELL,
        {"start_us": us(0), "end_us": us(1000)},
        {"start_us": us(0), "end_us": us(120)},  # goes on
        {"start_us": us(120), "end_us": us(145)},
        {"start_us": us(0), "end_us": us(60)},
    )
    commitments = rows(
        t.COMMITMENT,
        {"start_us": us(62), "kind": CommitmentKind.PLANNED},
        {"start_us": us(70), "kind": CommitmentKind.BREAK},
        {"start_us": us(59), "kind": CommitmentKind.BREAK},
        {"start_us": us(100), "kind": CommitmentKind.BREAK},  # missed
        {"start_us": us(180), "kind": CommitmentKind.BREAK},
    )
    visits = rows(
        t.VISIT,
        {"segment": 0, "offset_m": 50.0, "per_day": 12.0, "team": NOBODY},  # once in two hours
        {"segment": 1, "offset_m": 100.0, "per_day": 36.0},  # of team 1
    )
    empty = np.zeros(0, np.int64)
    given = {
        "tiers": np.zeros(2, t.TIER),
        "units": units,
        "authority": np.array([[3, 3, 2], [2, 3, 2]], np.int8),
        "spells": spells,
        "commitments": commitments,
        "visits": visits,
        "call_handling_us": us(0.75),
        "on_view_report_us": us(0.5),
        "call_takers": 1,
    }
    return t.Forces(**{**dict.fromkeys(t.Forces._fields, empty), **given})


STAMPS = ("received", "first_arrival", "first_presence", "first_capable", "complement", "work_end", "closed")


def handled(one: dict) -> float | None:
    """After three quarters of a minute; what a patrol found, after half a minute."""
    return one["received"] + (0.5 if one.get("on_view") else 0.75) if "received" in one else None


def records(day: tuple[dict, ...] = DAY) -> t.Records:
    sent = [(place, one) for place, one in enumerate(day) if "sent" in one]
    assignment_of = {place: number for number, (place, _) in enumerate(sent)}
    incidents = rows(
        t.INCIDENT_RECORD,
        *(
            {
                "phase": one.get("phase", Phase.CLOSED),
                "stage": one.get("stage", 0),
                "outcome": one.get("outcome", Outcome.NONE),
                "on_view": one.get("on_view", 0),
                "intercepted": one.get("intercepted", 0),
                "received_class": one["class_"],
                "presence_assignment": assignment_of.get(place, NOBODY),
                "presence_tier": one.get("tier", NOBODY),
                "resolved_tier": one.get("resolved_tier", one.get("tier", NOBODY))
                if one.get("outcome") == Outcome.RESOLVED
                else NOBODY,
                "units_sent": int("sent" in one),
                "units_lost": one.get("lost", 0),
                "handled_us": us(one.get("handled", handled(one))),
                **{f"{stamp}_us": us(one.get(stamp)) for stamp in STAMPS},
            }
            for place, one in enumerate(day)
        ),
    )
    assignments = rows(
        t.ASSIGNMENT_RECORD,
        *(
            {"incident": place, "unit": one["sent"][0], "slot": 0, "on_view": one.get("on_view", 0), "priority": 1,
             "preempted": one.get("lost", 0), "handed_over": one.get("handed_over", 0),
             "sendable_us": us(one["sent"][1]), "dispatched_us": us(one["sent"][2]), "en_route_us": us(one["sent"][3]),
             "arrived_us": us(one["sent"][4]), "cleared_us": us(one.get("closed")), "travel_m": one["sent"][5]}
            for place, one in sent
        ),
    )  # fmt: skip
    units = rows(t.UNIT_RECORD, {"passes": 4}, {"overtime_us": us(30)}, {"assignments": 2, "breaks_missed": 1})
    for unit, spent in enumerate(UNIT_MIN):
        for state, minutes in spent.items():
            units["state_us"][unit, state] = us(minutes)
    hourly = np.zeros((2, 24, 4), np.int64)
    hourly[POLICE, 0, Activity.BUSY], hourly[POLICE, 0, Activity.FREE] = us(45), us(15)
    hourly[POLICE, 1, Activity.OTHER] = us(60)
    hourly[COMMUNITY, 0, Activity.FREE] = us(120)
    probes = rows(
        t.PROBE_RECORD,
        *(
            {"presence_us": us(p), "second_presence_us": us(None), "capable_us": us(c), "second_capable_us": us(s)}
            for p, c, s in CLOCKS
        ),
    )
    street_records = rows(
        t.STREET_RECORD,
        # passes at minutes 90 and 150: gaps of 30, 60, 30 min
        {"passes": 2, "presence_us": us(12), "gap_squared_s2": 1800.0**2 * 2 + 3600.0**2, "worst_gap_us": us(60),
         "seen_us": [us(90)] * 3},
        # never passed: one gap of 120 min
        {"gap_squared_s2": 7200.0**2, "worst_gap_us": us(120)},
    )  # fmt: skip
    visits = rows(t.VISIT_RECORD, {"visits": 4, "dwelled_us": us(12)}, {"visits": 2, "dwelled_us": us(6)})
    states = rows(
        t.STATE_RECORD,
        {"unit": 1, "state": UnitState.PATROL, "incident": NOBODY, "from_us": us(0), "to_us": us(40)},
        {"unit": 0, "state": UnitState.EN_ROUTE, "incident": 1, "from_us": us(64), "to_us": us(66)},
        {"unit": 1, "state": UnitState.OFF_DUTY, "incident": NOBODY, "from_us": us(40), "to_us": us(240)},
    )
    legs = rows(
        t.LEG_RECORD,
        {"unit": 1, "state": UnitState.PATROL, "segment": 1, "from_m": 0, "to_m": 300, "from_us": 0, "to_us": us(5)},
    )
    return t.Records(
        stop_us=us(200), events=1000, agent_events=900, incidents=incidents, assignments=assignments, units=units,
        streets=street_records, probes=probes, visits=visits, hourly_us=hourly, states=states, legs=legs,
        trace=np.zeros(0, t.TRACE_RECORD),
    )  # fmt: skip


#: Minutes in each state, by unit, within the measured two hours.
UNIT_MIN = (
    {UnitState.PATROL: 15, UnitState.EN_ROUTE: 15, UnitState.ON_SCENE: 30, UnitState.BREAK: 60},
    {UnitState.POST: 120},
    {UnitState.OFF_DUTY: 120},
)
#: Clocks of the probes in minutes: presence, capable, second capable.
CLOCKS = ((4, 4, None), (None, None, None), (6, 8, None), (3, 3, 5), (3, 5, 6), (9, 9, 9), (None, None, None))


def spec(space: str = "streets") -> SimpleNamespace:
    """What the measures and the map read of a scenario."""
    sectors = {
        name: SimpleNamespace(label=name.title(), label_zh="", residents=10.0, visitors_share=share)
        for name, share in zip(LABELS.sectors, (0.75, 0.25), strict=True)
    }
    visitors = SimpleNamespace(mean_present=20.0, by_hour=[2.0, 0.0] + [1.0] * 22)
    return SimpleNamespace(
        title="By hand",
        run=SimpleNamespace(targets_min=[1, 3, 5], replications=3, seed=7, drain_h=1.0),
        policy=SimpleNamespace(
            tiers={
                "police": SimpleNamespace(standard_min=5.0, paid_per_h=50.0, shadow_per_h=0.0),
                "community": SimpleNamespace(standard_min=3.0, paid_per_h=20.0, shadow_per_h=10.0),
            },
            roster=[
                SimpleNamespace(name="cars", crew=2, on_the_books=None, partner=None),
                SimpleNamespace(name="pairs", crew=2, on_the_books=9, partner=None),
            ],
            overtime_factor=1.5,
            changeover_window_min=10.0,
            fatigue=None,
        ),
        probes=SimpleNamespace(standard_min=5.0),
        world=SimpleNamespace(space=SimpleNamespace(kind=space), sectors=sectors, visitors=visitors, deterrence=None),
    )


def geography() -> t.Geography:
    made = streets()
    given = {
        "x_m": made.x_m, "y_m": made.y_m, "node_sector": np.zeros(3, np.int16), "segments": made.segments,
        "sectors": LABELS.sectors, "modes": LABELS.modes, "plane": NO_PLANE,
        "sites": {"police_station": rows(t.SITE, {"segment": 1, "offset_m": 150.0, "sector": 1})},
    }  # fmt: skip
    return t.Geography(**{**dict.fromkeys(t.Geography._fields), **given})


def geography_of_plane() -> t.Geography:
    made = areas()
    sites = {"police_station": rows(t.SITE, {"segment": 1, "offset_m": 250.0, "across_m": 60.0, "sector": 1})}
    on = {"x_m": made.x_m, "y_m": made.y_m, "segments": made.segments, "plane": EUCLID, "sites": sites}
    return geography()._replace(**on)


class Scenario:
    """Stands in for a loaded scenario."""

    name, path = "by_hand", None
    world_digest, policy_digest = "1" * 64, "2" * 64

    @property
    def origins(self) -> dict[str, str]:
        return {"run.seed": "default"}

    @property
    def spec(self) -> SimpleNamespace:
        return spec()

    def resolved(self) -> dict:
        return {
            "title": "By hand",
            "run": {"seed": 7},
            "assumptions": {"run.seed": {"low": 1, "grade": "B", "note": "x"}},
        }


class Engine:
    """Stands in for the engine: every replication is the day by hand, an incident or so shorter."""

    def __init__(self, scenario: Scenario) -> None:
        self.labels = LABELS
        self.geography = geography()

    def run(self, seed: int, replication: int, keep: str) -> tuple[t.World, t.Forces, t.Records]:
        day = DAY[: len(DAY) - replication % 4]
        made = records(day)
        if keep != "all":
            made = made._replace(states=made.states[:0], legs=made.legs[:0])
        return world(replication, day), forces(), made


class PlaneScenario(Scenario):
    """The same in a plane."""

    @property
    def spec(self) -> SimpleNamespace:
        return spec("plane")


class PlaneEngine(Engine):
    """The same day on the torus."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.geography = geography_of_plane()

    def run(self, seed: int, replication: int, keep: str) -> tuple[t.World, t.Forces, t.Records]:
        made, sent, kept = super().run(seed, replication, keep)
        return in_plane(made), sent, kept
