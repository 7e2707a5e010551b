"""Single incidents that the file puts into the day, named by their own names."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.demand.arrivals import UNDETERRED, Arrivals
from sim.demand.rates import class_weights
from sim.draws import name_key
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.space.places import Place, place_at
from sim.tables import Geography
from sim.vocabulary import HOUR


class Injected(NamedTuple):
    """The injections, and where those stand that have a given point."""

    arrivals: Arrivals
    places: dict[int, Place]  # by key


def injected(spec: ScenarioFile, geography: Geography) -> Injected:
    """The injections of a scenario, in the order of the file.

    Raises ``ScenarioError`` for one whose class has no place in its sector, or whose point is in no area.
    """
    classes, sectors = list(spec.world.classes), list(spec.world.sectors)
    everywhere = np.arange(len(geography.segments))
    rows, places = [], {}
    for number, injection in enumerate(spec.world.demand.injections):
        path = f"world.demand.injections.{number}"
        key, class_ = name_key("injection", injection.name), classes.index(injection.class_)
        if injection.at_m is not None:
            places[key] = place_at(geography, injection.at_m, everywhere, f"{path}.at_m")
            sector = int(geography.segments["sector"][places[key].segment[0]])
        else:
            sector = sectors.index(str(injection.sector))
        weights = class_weights(spec, geography, injection.class_)
        if key not in places and weights[sector] == 0:
            raise ScenarioError(
                f"incidents of class {injection.class_} have no place there",
                key=f"{path}.sector",
                value=injection.sector,
                allowed=", ".join(name for row, name in enumerate(sectors) if weights[row] > 0),
            )
        rows.append((key, class_, sector, round(injection.at_h * HOUR), UNDETERRED))
    types = (np.uint64, np.int64, np.int64, np.int64, np.float64)
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return Injected(Arrivals(*(np.array(column, kind) for column, kind in zip(columns, types, strict=True))), places)


def refuse_misplaced(spec: ScenarioFile, geography: Geography) -> None:
    """Raise ``ScenarioError`` naming an injected incident that has no place where it is asked for."""
    injected(spec, geography)
