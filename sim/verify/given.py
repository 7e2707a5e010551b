"""What theory needs to know of a scenario: rates an hour, laws of service, units, ground. Read, never typed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from sim.scenario.schema import PlaneSpace, Sine, StreetSpace
from sim.theory import distance, general, rates

if TYPE_CHECKING:
    from sim.scenario.schema import Duration, IncidentClass, RosterLine, ScenarioFile

T = TypeVar("T")


def classes(spec: ScenarioFile) -> dict[str, IncidentClass]:
    """The classes that happen, the most urgent first; those of one priority in the order of the file."""
    happening = [(name, one) for name, one in spec.world.classes.items() if one.share > 0]
    return dict(sorted(happening, key=lambda item: item[1].priority))


def arrivals(spec: ScenarioFile) -> dict[str, float]:
    """Incidents an hour by class, mean of the day."""
    happening = classes(spec)
    a_share = spec.world.demand.per_day * spec.world.demand.scale / 24 / sum(one.share for one in happening.values())
    return {name: a_share * one.share for name, one in happening.items()}


def arrival(spec: ScenarioFile) -> float:
    """Incidents an hour, all classes together."""
    return sum(arrivals(spec).values())


def moments(duration: Duration | None) -> general.Moments:
    """Mean and mean square of a duration, in hours."""
    if duration is None:
        raise TypeError("the scenario gives no such duration")
    minutes = {
        "exponential": lambda: general.exponential(_known(duration.mean_min)),
        "constant": lambda: general.constant(_known(duration.value_min)),
        "lognormal": lambda: general.lognormal(_known(duration.median_min), _known(duration.sigma)),
        "empirical": lambda: general.empirical(_known(duration.values_min), duration.weights),
    }
    mean, second = minutes[duration.distribution]()
    return general.Moments(mean / 60, second / 3600)


def _known(value: T | None) -> T:
    """What the checks of a scenario have made sure of."""
    if value is None:
        raise TypeError("the scenario lacks a value that its checks ask for")
    return value


def work(spec: ScenarioFile) -> general.Moments:
    """Of the work on scene of all classes together, in hours."""
    return general.mixture(list(arrivals(spec).values()), [moments(one.work) for one in classes(spec).values()])


def service(spec: ScenarioFile) -> float:
    """Calls that one busy unit finishes in an hour."""
    return 1 / work(spec).mean


def load(spec: ScenarioFile) -> float:
    """Offered load: units that would be busy on the mean if all calls were served at once."""
    return arrival(spec) * work(spec).mean


def line(spec: ScenarioFile) -> RosterLine:
    """The only line of the roster."""
    (only,) = spec.policy.roster
    return only


def acceleration_mps2(spec: ScenarioFile, tier: str = "police") -> float:
    """How fast the units of a tier speed up and slow down."""
    return _known(spec.world.modes[spec.policy.tiers[tier].mode].acceleration_mps2)


def injections_m(spec: ScenarioFile) -> dict[str, tuple[float, float]]:
    """Where each injected incident happens, in the order of their times."""
    ordered = sorted(spec.world.demand.injections, key=lambda one: one.at_h)
    return {one.name: (_known(one.at_m)[0], _known(one.at_m)[1]) for one in ordered}


def walk(spec: ScenarioFile) -> Literal["random", "no_u_turn"]:
    """How the first line of the roster walks, if it is a walk that theory knows."""
    rule = spec.policy.roster[0].rule
    if rule == "random" or rule == "no_u_turn":
        return rule
    raise TypeError(f"theory knows no walk {rule}")


def units(spec: ScenarioFile) -> int:
    """Units on duty, where all lines of the roster are for the whole district and always on duty."""
    return sum(one.units for one in spec.policy.roster)


def wave(spec: ScenarioFile) -> rates.Sine:
    """The arrival rate an hour where all classes follow one wave; times are hours from the start of the run."""
    (name,) = {name for one in classes(spec).values() for name in one.profile}
    sine = spec.world.profiles[name]
    if not isinstance(sine, Sine):
        raise TypeError(f"profile {name} is no wave")
    mean = arrival(spec)
    return rates.Sine(mean, mean * sine.amplitude, 24, sine.peak_hour - 6 - spec.world.start_hour)


def atoms(spec: ScenarioFile) -> dict[str, float]:
    """Calls an hour by sector, where demand goes by residents."""
    sectors = spec.world.sectors
    everybody = sum(sector.residents for sector in sectors.values())
    return {name: arrival(spec) * sector.residents / everybody for name, sector in sectors.items()}


def preference(spec: ScenarioFile) -> np.ndarray:
    """(sectors, lines) ranks, 0 first, where every roster line is one unit and every sector lists all lines."""
    lines = [one.name for one in spec.policy.roster]
    lists = [spec.policy.dispatch.preference[name] for name in spec.world.sectors]
    return np.array([[wanted.index(name) for name in lines] for wanted in lists])


def post_m(spec: ScenarioFile, one: RosterLine) -> tuple[float, float]:
    """Where the posts of a line are, at the only site of a role."""
    ((x, y),) = spec.world.sites[one.post.removeprefix("site:")].at_m
    return x, y


def plane(spec: ScenarioFile) -> PlaneSpace:
    """The plane of a scenario that has one."""
    if not isinstance(spec.world.space, PlaneSpace):
        raise TypeError("the scenario has streets and no plane")
    return spec.world.space


def streets(spec: ScenarioFile) -> StreetSpace:
    """The streets of a scenario that has some."""
    if not isinstance(spec.world.space, StreetSpace):
        raise TypeError("the scenario has a plane and no streets")
    return spec.world.space


def block_m(spec: ScenarioFile) -> float:
    """The side of its square blocks."""
    space = streets(spec)
    if space.block_width_m != space.block_height_m or isinstance(space.block_width_m, list):
        raise TypeError("the scenario's blocks are not squares of one size")
    return space.block_width_m


def ground_m(spec: ScenarioFile, sector: str) -> list[distance.Rectangle]:
    """The rectangles of a sector of a plane."""
    areas, space = spec.world.sectors[sector].areas_m, plane(spec)
    return [distance.Rectangle(*corners) for corners in areas or [[0.0, 0.0, space.width_m, space.height_m]]]


def speed_mps(spec: ScenarioFile, tier: str = "police") -> float:
    """How fast the units of a tier move on roads, or in the plane."""
    speed = spec.world.modes[spec.policy.tiers[tier].mode].speed_mps
    return speed if isinstance(speed, (int, float)) else _known(speed.road)
