"""What a scenario file may say: types, bounds and meanings. Values only; how they are read and refused is in ``load``.

``[world]`` is what happens to the district, ``[policy]`` is what is decided about the forces. Keys end in their unit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from sim import vocabulary as v

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$", max_length=60)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-4]):[0-5]\d$", description="time of day, HH:MM (24:00 = midnight)")]
Hours = Annotated[list[NonNegative], Field(min_length=24, max_length=24)]
AuthorityWord = Literal["none", "observe", "hold", "resolve"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Duration(Table):
    """A random duration in minutes."""

    distribution: Literal["lognormal", "exponential", "constant", "empirical"] = "lognormal"
    median_min: NonNegative | None = Field(None, description="lognormal: median")
    sigma: Annotated[float, Field(ge=0, le=5)] | None = Field(None, description="lognormal: sigma of the logarithm")
    mean_min: NonNegative | None = Field(None, description="exponential: mean")
    value_min: NonNegative | None = Field(None, description="constant: value")
    values_min: list[NonNegative] | None = Field(None, min_length=1, description="empirical: values")
    weights: list[NonNegative] | None = Field(None, description="empirical: weights of the values, default equal")


# --------------------------------------------------------------------------------------------------------- run


class Run(Table):
    warm_up_h: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] = Field(
        24, description="simulated before measuring starts"
    )
    measured_h: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] = 24
    drain_h: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] = Field(
        4, description="at most this long afterwards, to close what is open"
    )
    replications: Annotated[int, Field(ge=1, le=100_000)] = 30
    seed: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 1
    report_every_min: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = Field(
        5, description="reporting interval: one step of PatrolModel"
    )
    targets_min: list[Positive] = Field([1, 3, 5], description="marks of the within_N_min measures")


# ------------------------------------------------------------------------------------------------------- world


class OneWay(Table):
    row: Annotated[int, Field(ge=0)] | None = None
    column: Annotated[int, Field(ge=0)] | None = None
    direction: Literal["east", "west", "north", "south"]


class StreetMix(Table):
    """Shares of street kinds by length among the streets that are not arterial."""

    road: NonNegative = 0
    lane: NonNegative = 0
    stairs: NonNegative = 0
    square: NonNegative = 0


class StreetSpace(Table):
    """A grid of streets, drawn."""

    kind: Literal["streets"] = "streets"
    rows: Annotated[int, Field(ge=2, le=400)] = Field(description="intersections from south to north")
    columns: Annotated[int, Field(ge=2, le=400)] = Field(description="intersections from west to east")
    block_height_m: Positive | list[Positive] = Field(
        100, description="south-north block length; one, or one per row of blocks"
    )
    block_width_m: Positive | list[Positive] = Field(
        100, description="west-east block length; one, or one per column of blocks"
    )
    sector_map: list[str] = Field(
        [], description="a picture of the district, north on top: one letter a cell, '.' is river, hill or outside"
    )
    street_kinds: StreetMix = StreetMix(road=1)
    arterial_every: Annotated[int, Field(ge=0, le=400)] = Field(
        0, description="every n-th row and column is a road throughout; 0: none"
    )
    one_way: Literal["none", "alternating"] | list[OneWay] = Field("none", description="binding for vehicles only")
    elevation_m: list[list[float]] = Field([], description="coarse picture of heights, north on top, interpolated")


Point = Annotated[list[NonNegative], Field(min_length=2, max_length=2)]
Rectangle = Annotated[list[NonNegative], Field(min_length=4, max_length=4)]


class PlaneSpace(Table):
    """A rectangle or torus without streets: for cases with known answers. The south-west corner is (0, 0)."""

    kind: Literal["plane"]
    width_m: Positive = Field(description="from west to east")
    height_m: NonNegative = Field(description="from south to north; 0: a line")
    metric: Literal["manhattan", "euclid"] = Field(
        "manhattan", description="ways first east or west, then north or south; or straight"
    )
    torus: bool = Field(False, description="opposite edges are joined: ways take the shorter way round")


def _kind_of_space(value: object) -> str:
    kind = value.get("kind", "streets") if isinstance(value, dict) else getattr(value, "kind", "streets")
    return kind if isinstance(kind, str) else "streets"


Space = Annotated[
    Annotated[StreetSpace, Tag("streets")] | Annotated[PlaneSpace, Tag("plane")], Discriminator(_kind_of_space)
]


class Sector(Table):
    letter: Annotated[str, Field(max_length=1)] = Field("", description="its letter in world.space.sector_map")
    areas_m: list[Rectangle] = Field(
        [], description="in a plane: its rectangles [west, south, east, north]; empty: all of it, for the only sector"
    )
    label: str = ""
    label_zh: str = ""
    residents: NonNegative = 0
    visitors_share: Share = Field(0, description="share of the district's visitors")
    area_km2: Positive = 1
    teams: Count = Field(0, description="community teams")
    street_kinds: StreetMix | None = Field(None, description="instead of world.space.street_kinds")


class SiteRule(Table):
    """How many sites of a role there are, and where."""

    at_m: list[Point] = Field(
        [], description="exactly here, [x, y] from the south-west corner; on streets: at the nearest point of a street"
    )
    total: Count | None = Field(None, description="in the whole district, shared out by residents")
    per_sector: Count | dict[Name, Count] | None = Field(None, description="in each sector; a table may use 'default'")
    on: list[Literal["road", "lane", "stairs", "square"]] = Field(["road", "lane", "stairs", "square"])


class SpeedTable(Table):
    """Metres a second by street kind; a kind that is left out cannot be passed."""

    road: Positive | None = None
    lane: Positive | None = None
    square: Positive | None = None
    stairs_up: Positive | None = None
    stairs_down: Positive | None = None


class Mode(Table):
    speed_mps: Positive | SpeedTable = Field(description="one speed everywhere, or one for each kind of street")
    acceleration_mps2: Positive | None = Field(
        None, description="in a plane: every way begins and ends at rest; absent: at full speed at once"
    )
    walks: bool = Field(False, description="true for people on foot: they pass one-way streets both ways")
    dismount_s: NonNegative = Field(20, description="to leave the vehicle and go on by foot")
    by_hour: Hours | None = Field(None, description="speed factor by hour of the day")


class Sine(Table):
    """A daily wave: 1 + amplitude x cos(2 pi (hour - peak_hour) / 24) times the mean."""

    amplitude: Share
    peak_hour: Annotated[float, Field(ge=0, lt=24)]


class Visitors(Table):
    mean_present: NonNegative = 0
    by_hour: Hours = Field([1.0] * 24, description="relative; scaled to mean 1")


class Crowd(Table):
    """Where visitors are dense, movement and sight suffer. Off while threshold is absent."""

    threshold_per_km2: Positive | None = Field(None, description="visitors present per square kilometre of a sector")
    speed_factor: Annotated[float, Field(gt=0, le=1)] = 1
    sight_factor: Annotated[float, Field(gt=0, le=1)] = 1


class Sight(Table):
    night_factor: Annotated[float, Field(gt=0, le=1)] = 1
    night_from_hour: Annotated[int, Field(ge=0, le=23)] = 19
    night_to_hour: Annotated[int, Field(ge=0, le=23)] = 6


class Weather(Table):
    speed_factor: dict[Name, Annotated[float, Field(gt=0, le=1)]] = Field({}, description="by mode")


class Slot(Table):
    """A need for units. ``alternatives``, if given, are tried after the slot's own line, in order."""

    authority: Literal["hold", "resolve"] = "resolve"
    tiers: list[Name] = Field(min_length=1)
    units: Annotated[int, Field(ge=1, le=16)] = 1
    min_crew: Annotated[int, Field(ge=0, le=1000)] = 0
    in_quorum: bool = Field(True, description="false: its unit only holds and leaves after the joint period")
    alternatives: list[Alternative] = []


class Alternative(Table):
    authority: Literal["hold", "resolve"] = "resolve"
    tiers: list[Name] = Field(min_length=1)
    min_crew: Annotated[int, Field(ge=0, le=1000)] = 0


class More(Table):
    chance: Share
    needs: list[Slot] = Field(min_length=1)


class Worsens(Table):
    share_per_min: Annotated[float, Field(ge=0, le=10)] = Field(description="hazard a minute while nobody holds")
    to: dict[Name, NonNegative] = Field(min_length=1, description="class -> weight")
    work_factor: Positive = Field(1, description="work of the worse stage is this much longer")


class Moves(Table):
    share: Share
    to: str = Field("random", description="'random' or the role of a site")
    speed_mps: Positive = 1.2
    distance_m: Annotated[list[Positive], Field(min_length=2, max_length=2)] = [300, 800]


class OffModel(Table):
    responder: Name
    arrives: Duration


class IncidentClass(Table):
    label: str = ""
    label_zh: str = ""
    share: NonNegative = Field(description="of all incidents, in proportion to the sum of shares")
    arrivals: Literal["poisson", "fixed"] = Field(
        "poisson", description="at random, or evenly spaced: one whenever the rate has gathered a whole incident"
    )
    priority: Annotated[int, Field(ge=1, le=3)]
    profile: dict[Name, NonNegative] = Field({}, description="hourly profiles and their weights; empty: flat")
    weekly: Name | None = None
    place: str = Field("streets", description="'streets' or the role of a site")
    needs: list[Slot] = Field(min_length=1)
    quorum: Annotated[int, Field(ge=0, le=16)] | None = Field(
        None, description="in-quorum slots that let work start; default all"
    )
    more: More | None = None
    safe_crew: Annotated[int, Field(ge=0, le=1000)] = 1
    work: Duration
    unfounded_share: Share = 0
    visible_share: Share = Field(0, description="can be seen from the street")
    notice: Share = Field(0.5, description="noticed, per encounter")
    never_called_share: Share = 0
    report: Duration = Duration(distribution="constant", value_min=0)
    lifetime: Duration | None = Field(None, description="needed where some are never called or gone")
    gone_share: Share = Field(0, description="of called ones: over at the end of their lifetime even so")
    patience: Duration | None = Field(None, description="the caller gives up after it; absent: never")
    worsens: Worsens | None = None
    moves: Moves | None = None
    off_model: OffModel | None = None
    endings: dict[Literal["mediated", "referred", "custody"], Share] = Field({}, description="the rest is resolved")


class Surge(Table):
    factor: NonNegative
    from_h: NonNegative = Field(description="hours from the start of the run")
    to_h: Positive
    classes: list[Name] = Field([], description="empty: all")
    sectors: list[Name] = Field([], description="empty: all")


class Injection(Table):
    """One incident more, at a given moment and place."""

    name: Name
    class_: Name = Field(alias="class")
    at_h: NonNegative = Field(description="hours from the start of the run")
    sector: Name | None = Field(None, description="somewhere there, drawn; or at_m")
    at_m: Point | None = Field(
        None,
        description="exactly here, [x, y] from the south-west corner; on streets: at the nearest point of a street",
    )


class Outage(Table):
    """For a while it takes longer until anyone can be sent."""

    from_h: NonNegative = Field(description="hours from the start of the run")
    to_h: Positive
    delay_min: Positive


class Closure(Table):
    """Streets that some modes may not enter for a while."""

    from_h: NonNegative = Field(description="hours from the start of the run")
    to_h: Positive = Field(description="hours from the start of the run; at or after its end: for good")
    modes: list[Name] = Field([], description="closed to these; empty: to all but those who walk")
    sectors: list[Name] = Field([], description="streets there; empty: everywhere")
    kinds: list[Literal["road", "lane", "stairs", "square"]] = Field([], description="streets of these; empty: all")
    at_m: Point | None = Field(None, description="streets whose middle is within radius_m of [x, y]")
    radius_m: Positive = Field(200, description="around at_m")
    lowest: Count | None = Field(None, description="of these streets only so many, the lowest above the river")
    drawn: Count | None = Field(None, description="of these streets only so many, drawn by geography_seed")


class Loss(Table):
    """A site that cannot be used for a while: crews based there muster elsewhere, custody trips go elsewhere."""

    site: Name = Field(description="role of the site")
    sector: Name | None = Field(None, description="those there; absent: everywhere")
    number: Annotated[int, Field(ge=1)] | None = Field(None, description="this one of them; absent: all of them")
    from_h: NonNegative = Field(description="hours from the start of the run")
    to_h: Positive


class Deterrence(Table):
    """A hypothesis: where a patrol stands, stood or passed, some things do not happen."""

    classes: list[Name] = Field(min_length=1, description="what can be deterred")
    stop: list[Annotated[list[NonNegative], Field(min_length=2, max_length=2)]] = Field(
        [[0, 0], [10, 0.3], [15, 0.5]],
        min_length=1,
        description="[minutes of standing, share deterred there], ascending from 0 minutes; straight in between",
    )
    stop_decay_min: Positive = Field(40, description="the effect of a stop that is over falls by 1 / e in this time")
    pass_effect: Share = Field(0.1, description="share deterred on a street just passed")
    pass_decay_min: Positive = 10


class Demand(Table):
    per_day: NonNegative = Field(description="incidents of an average day, called in or not")
    scale: Annotated[float, Field(ge=0, le=1000)] = 1
    residents_weight: Share = Field(
        1, description="sector weight = this x residents' share + the rest x visitors' share"
    )
    segment_sigma: Annotated[float, Field(ge=0, le=5)] = Field(
        0, description="log-normal spread of the weights of segments"
    )
    report_delay_factor: NonNegative = Field(1, description="outreach: below 1 the public calls sooner")
    surges: list[Surge] = []
    injections: list[Injection] = []


class World(Table):
    geography_seed: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 1
    start_weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    start_hour: Annotated[int, Field(ge=0, le=23)] = 0
    space: Space
    sectors: dict[Name, Sector] = Field(min_length=1)
    sites: dict[Name, SiteRule] = {}
    modes: dict[Name, Mode] = Field(min_length=1)
    visitors: Visitors = Visitors()
    crowd: Crowd = Crowd()
    sight: Sight = Sight()
    weather: Weather = Weather()
    profiles: dict[Name, Hours | Sine] = {}
    weekly: dict[Name, Annotated[list[NonNegative], Field(min_length=7, max_length=7)]] = {}
    demand: Demand
    classes: dict[Name, IncidentClass] = Field(min_length=1)
    look_min: NonNegative = Field(5, description="to find that an incident is unfounded or gone")
    off_model_handling_s: NonNegative = Field(45, description="from receipt until the off-model responder sets out")
    outages: list[Outage] = Field([], description="of the dispatch centre")
    closures: list[Closure] = Field([], description="streets that close and open again")
    losses: list[Loss] = Field([], description="bases and stations that are lost for a while")
    deterrence: Deterrence | None = Field(None, description="a hypothesis, named in every output; absent: off")
    custody: Duration = Duration(median_min=60, sigma=0.6)
    custody_site: Name = Field("police_station", description="role of the sites where a custody trip ends")


# ------------------------------------------------------------------------------------------------------ policy


class SightTable(Table):
    road: NonNegative = 50
    lane: NonNegative = 25
    stairs: NonNegative = 25
    square: NonNegative = 90


class Turnout(Table):
    patrol: NonNegative = 15
    standby: NonNegative = 5
    post: NonNegative = 30
    base: NonNegative = 75


class AcceptanceStep(Table):
    within_m: Positive
    chance: Share


class Tier(Table):
    label: str = ""
    label_zh: str = ""
    mode: Name = Field(description="how its crews move, unless a roster line says otherwise")
    authority: dict[Name, AuthorityWord] = Field(description="by class; a class that is left out: none")
    kit: bool = False
    kit_factor: Annotated[float, Field(gt=0, le=10)] = Field(1, description="on the duration of work, where it has kit")
    work_factor: Positive = Field(
        1, description="on the duration of work where it is present: the least of those there; training is below 1"
    )
    patrol_factor: Positive = 1
    response_factor: Annotated[list[Positive], Field(min_length=3, max_length=3)] = Field(
        [1, 1, 1], description="by priority 1, 2, 3"
    )
    sight_m: SightTable = SightTable()
    turnout_s: Turnout = Turnout()
    channel: Literal["direct", "relay"] = "direct"
    border: Literal["any", "own", "adjacent"] = "any"
    border_free_priority: Annotated[int, Field(ge=0, le=3)] = Field(
        0, description="calls up to this priority cross any border"
    )
    reserve: Annotated[list[Count], Field(min_length=3, max_length=3)] = Field(
        [0, 0, 0], description="units that have to stay free when one is sent to a call of priority 1, 2, 3"
    )
    reserve_scope: Literal["district", "sector"] = Field("district", description="where they are counted")
    preemptible: bool = Field(True, description="may be taken from what it does, by policy.dispatch.preempt")
    acceptance: list[AcceptanceStep] = Field(
        [], description="volunteers: chance to accept within a distance; empty: always"
    )
    wrap_up: Duration = Duration(distribution="constant", value_min=0)
    standard_min: Positive = Field(5, description="its ring: the standard of ring_share")
    paid_per_h: NonNegative = Field(0, description="yuan a person and hour")
    shadow_per_h: NonNegative = Field(0, description="volunteers: yuan that an hour of theirs counts as, unpaid")
    week_h: Positive | None = Field(
        None,
        description="volunteers: no more hours a person and week, on average over those on the books; absent: no cap",
    )


class Command(Table):
    call_handling_s: NonNegative = 45
    call_takers: Count = Field(0, description="calls that can be handled at once; others wait to be answered. 0: any")
    relay_s: NonNegative = Field(90, description="through the sub-district, for tiers on the relay channel")
    on_view_report_s: NonNegative = Field(30, description="until others can be sent to what a patrol found")
    joint_min: NonNegative = Field(4, description="how long holders stay after the quorum is complete")


class ScoreTerm(Table):
    rule: Literal["nearest", "own_sector", "lowest_tier", "highest_tier", "preference", "random", "least_cover_lost"]
    max_extra_s: NonNegative | None = Field(
        None, description="drop first whoever would come this much later than the nearest"
    )


class Preemption(Table):
    """A call of priority ``calling`` may take units from incidents of the priorities ``in_hand``."""

    calling: Annotated[int, Field(ge=1, le=3)]
    in_hand: list[Annotated[int, Field(ge=1, le=3)]] = Field(min_length=1)
    states: list[Literal["turnout", "en_route", "on_scene"]] = Field(["turnout", "en_route"], min_length=1)


class Escalation(Table):
    """What the whole service does while too many calls wait."""

    over: Annotated[int, Field(ge=1, le=1_000_000)] = Field(description="begins when more than so many calls wait")
    after_min: NonNegative = Field(10, description="... for so long")
    until: Count = Field(0, description="ends when no more than so many wait")
    call_off_breaks: bool = Field(False, description="any call interrupts any break")
    open_borders: bool = Field(False, description="every tier crosses any border")


class Fatigue(Table):
    """A hypothesis: who has been on duty for long is slower."""

    from_h: Annotated[float, Field(ge=0, le=24)] = Field(8, description="fresh until then, hours since the spell began")
    turnout_per_h: Annotated[float, Field(ge=0, le=10)] = Field(0, description="turnout longer by this share an hour")
    work_per_h: Annotated[float, Field(ge=0, le=10)] = Field(0, description="work longer by this share an hour")


class Dispatch(Table):
    score: list[ScoreTerm] = Field([ScoreTerm(rule="nearest")], min_length=1, max_length=8)
    preference: dict[Name, list[str]] = Field({}, description="sector -> roster lines or units, first choice first")
    queue: Literal["wait", "limit", "lost"] = "wait"
    queue_limit: Count = 0
    order: Literal["priority", "ageing", "first_come"] = Field(
        "priority", description="who comes first among those that wait; ageing: ageing_min count as one priority"
    )
    ageing_min: NonNegative = 30
    strict: bool = Field(False, description="a call that lacks a unit blocks those behind it")
    cover_standard_min: Positive = Field(
        5, description="a sector is covered by who would be at its point within it; for the score least_cover_lost"
    )
    recall_surplus: bool = Field(
        False, description="as work starts, units under way that it does not wait for are called off at once"
    )
    custody: Literal["resolver", "lowest_tier"] = Field(
        "resolver", description="who makes a custody trip: who resolved it, or the lowest tier there that may hold"
    )
    escalation: Escalation | None = Field(None, description="while too many calls wait; absent: never")
    preempt: list[Preemption] = Field([], description="who may be taken from what; empty: nobody")
    preempt_min_gain_s: NonNegative | None = Field(
        None, description="also where a free unit would come this much later; absent: only where none is free"
    )


class VisitRule(Table):
    """Points that have to be visited: the sites of a role."""

    role: Name
    dwell_min: Annotated[float, Field(ge=1 / 60, le=1440, allow_inf_nan=False)] = 5
    per_day: NonNegative = Field(1, description="quota of each point; measures compare with it")


class PlannedBlock(Table):
    """Planned work at a set time of the day."""

    from_: Clock = Field(alias="from")
    to: Clock
    place: str | None = Field(None, description="'base' or 'site:ROLE' (nearest); absent: where the unit is")
    priority: Annotated[int, Field(ge=0, le=3)] = Field(0, description="calls up to this priority interrupt it")
    weekdays: list[Weekday] = Field([], description="only on these; empty: every day")


class Partner(Table):
    """The other part of a joint unit."""

    tier: Name
    crew: Annotated[int, Field(ge=1, le=1000)] = 1
    splits_from: Annotated[int, Field(ge=1, le=3)] | None = Field(
        None, description="calls of this priority and less urgent ones get one part where it suffices; absent: never"
    )


class RosterLine(Table):
    """One line of the roster: who is on duty where and when."""

    name: Name
    tier: Name
    units: Annotated[int, Field(ge=1, le=100_000)] = Field(1, description="units on duty at once, for each of `per`")
    per: str = Field("district", description="'district', 'sector', 'team', or 'site:ROLE'")
    sectors: list[Name] = Field([], description="only there; empty: everywhere")
    crew: Annotated[int, Field(ge=1, le=1000)] = 2
    mode: Name | None = None
    system: Literal[
        "always", "three_shifts", "two_shifts", "overlapping_shifts", "whole_days", "windows", "pattern"
    ] = Field(
        "always", description="shifts with `crews` crews in rotation; `windows` a day; or a `pattern` of `shifts`"
    )
    crews: Annotated[int, Field(ge=1, le=12)] | None = Field(
        None, description="default 4 for three shifts, 2 for two and for whole days, 5 for overlapping ones"
    )
    first_shift: Clock = "08:00"
    starts: list[Clock] = Field([], description="of the three overlapping shifts; empty: 8 hours apart")
    shifts: dict[str, Annotated[list[Clock], Field(min_length=2, max_length=2)]] = Field(
        {}, description="letter -> [from, to]: the shifts of the pattern"
    )
    pattern: list[Annotated[str, Field(min_length=1, max_length=366)]] = Field(
        [], max_length=12, description="for each crew one letter a day, '-' is off; from Monday on, again and again"
    )
    stagger_min: Annotated[int, Field(ge=0, le=1439)] = Field(
        0, description="each unit of a group begins so much later than the one before it"
    )
    windows: list[Annotated[list[Clock], Field(min_length=2, max_length=2)]] = Field(
        [], description="[[from, to], ...]"
    )
    duty: Literal["patrol", "peak", "post", "standby", "joint", "inspect"] = "patrol"
    partner: Partner | None = Field(None, description="duty joint: who moves with it as one unit")
    inspect_min: Positive = Field(20, description="duty inspect: how long at the base of each team")
    rule: Literal[
        "random",
        "no_u_turn",
        "least_recently_passed",
        "weighted",
        "stand",
        "resampled",
        "resampled_each_call",
        "round",
        "visits",
    ] = "least_recently_passed"
    visits: list[VisitRule] = Field([], description="points of the rule 'visits'")
    beat: Literal["district", "sector", "team", "around"] = "sector"
    beat_radius_m: Positive = Field(150, description="of the beat 'around' a standby point")
    base: str = Field("beat", description="'beat' (a drawn place in it), 'site:ROLE' (nearest to its beat), or 'post'")
    post: str = Field("home", description="'home' (by residents), 'hot_spot' (by demand), 'site:ROLE' (shared out)")
    leaves_post: Literal["never", "on_view", "called"] = "called"
    turn_up_share: Share = Field(1, description="chance that a unit turns up for a spell")
    planned_share: Annotated[float, Field(ge=0, le=0.9)] = Field(0, description="of its duty spent on planned work")
    planned_block_min: Positive = 30
    planned_priority: Annotated[int, Field(ge=0, le=3)] = Field(0, description="calls up to this priority interrupt it")
    planned: list[PlannedBlock] = Field([], description="planned work at set hours, beside `planned_share`")
    break_min: NonNegative = Field(0, description="one break a spell, about its middle")
    break_priority: Annotated[int, Field(ge=0, le=3)] = 0
    break_window_h: Annotated[list[NonNegative], Field(min_length=2, max_length=2)] | None = Field(
        None, description="[earliest, latest] start of the break, hours after the start of the spell"
    )
    muster_min: NonNegative = 0
    last_call_cutoff_min: NonNegative = 0
    on_call_min: NonNegative | None = Field(
        None, description="on duty only when the service escalates, so long after; absent: regular duty"
    )
    changeover: Literal["finish", "hand_over"] = Field(
        "finish", description="of a scene at the end of a spell: the crew ends it, or its relief comes and takes over"
    )
    heads: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="people employed for the line: where `units` is left out, it is as many as they can man"
    )
    on_the_books: Count | None = Field(None, description="people behind the line, where they are more than its crews")


class Redeployment(Table):
    """Move-up: a unit of a sector with others stands by in one that is left without."""

    tiers: list[Name] = Field(min_length=1)
    point: str = Field(
        "centre",
        description="where a sector is covered from: 'centre' of called demand, or 'site:ROLE' nearest to it",
    )
    within_min: Positive = Field(15, description="nobody moves up whose way takes longer")


class Compliance(Table):
    """Teams slacken as their last inspection recedes."""

    floor: Share = Field(0.6, description="share of decisions to patrol, long after an inspection")
    half_life_days: Positive = 5
    decides_every_min: Positive = Field(60, description="how long a unit keeps to patrolling or slacking")
    lines: list[Name] = Field([], description="of the roster; empty: all lines by team that patrol")
    last_inspected_days: Annotated[list[NonNegative], Field(min_length=2, max_length=2)] = Field(
        [0, 10], description="before the start, drawn between these for each team"
    )


class Withdrawal(Table):
    """Crews that are in other service for a while, and on duty again after it."""

    lines: list[Name] = Field(min_length=1)
    units: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="of each line, with all their crews"
    )
    share: Annotated[float, Field(gt=0, le=1)] | None = Field(None, description="of each line's units; absent: all")
    from_h: NonNegative = Field(description="hours from the start of the run")
    to_h: Positive = Field(description="hours from the start of the run")
    service: str = Field("", description="what they do there, such as militia")


class Recall(Table):
    """Crews that are off duty are called back."""

    lines: list[Name] = Field(min_length=1)
    at_h: NonNegative = Field(description="hours from the start of the run")
    delay: Duration = Field(description="until one is there, drawn for each unit")
    until_h: Positive = Field(description="hours from the start of the run")


class LegalHours(Table):
    """Working hours by law, and leave: what `heads` and `check` reckon with."""

    legal_month_h: Annotated[float, Field(gt=0, le=744)] = Field(166.64, description="hours a person and month")
    overtime_month_h: Annotated[float, Field(ge=0, le=744)] = Field(36, description="and so many of overtime at most")
    leave_share: Annotated[float, Field(ge=0, le=0.9)] = Field(
        0.08, description="of the legal hours a person is on leave, sick or in training"
    )


class Policy(Table):
    tiers: dict[Name, Tier] = Field(min_length=1, max_length=60, description="from the highest to the lowest")
    command: Command = Command()
    dispatch: Dispatch = Dispatch()
    fatigue: Fatigue | None = Field(None, description="a hypothesis, named in every output; absent: off")
    redeployment: Redeployment | None = Field(None, description="move-up; absent: nobody moves up")
    compliance: Compliance | None = Field(None, description="teams that slacken and are inspected; absent: none does")
    roster_file: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="a CSV or XLSX file with more roster lines, relative to this file; in no resolved scenario"
    )
    roster: list[RosterLine] = Field(min_length=1)
    withdrawals: list[Withdrawal] = Field([], description="crews in other service for a while")
    recall: list[Recall] = Field([], description="crews called back from off duty")
    hours: LegalHours = LegalHours()
    overtime_factor: Annotated[float, Field(ge=1, le=10)] = Field(
        1.5, description="an hour of overtime costs so many ordinary ones; measures read it"
    )
    changeover_window_min: Annotated[float, Field(ge=0, le=720)] = Field(
        30, description="a call so long before or after a change of shift comes `during` it; measures read it"
    )


class Probes(Table):
    """Hypothetical calls that occupy nobody: what would the clocks have been?"""

    readiness_per_day: Annotated[int, Field(ge=0, le=10_000)] = Field(24, description="for each class")
    cover_per_day: Annotated[int, Field(ge=0, le=10_000)] = Field(
        96, description="for each of demand, residents and ambient population"
    )
    standard_min: Positive = 5


class Assumption(Table):
    """Data about a value: how sure are we? Keys are the paths of the values they speak of."""

    low: float | None = None
    high: float | None = None
    grade: Literal["A", "B", "C", "derived", "assumption"] = "assumption"
    source: str = ""
    note: str = ""


class ScenarioFile(Table):
    """A whole scenario, resolved."""

    schema_version: Literal[1]
    title: str
    question: str = ""
    sources: list[str] = []
    run: Run = Run()
    world: World
    policy: Policy
    probes: Probes = Probes()
    assumptions: dict[str, Assumption] = {}


Slot.model_rebuild()

AUTHORITY = {
    "none": v.Authority.NONE,
    "observe": v.Authority.OBSERVE,
    "hold": v.Authority.HOLD,
    "resolve": v.Authority.RESOLVE,
}
