"""The backlog: calls that were received and are not closed. Where it grows, calls come faster than they are served.

Its growth is a difference of two counts, at the end and at the start of the measured time, and equally the calls
received less the calls closed in between. In a stable system it is 0 but for chance, however long calls wait; in an
overloaded one it is the rate of arrivals less that of service, however long the run.
"""

from __future__ import annotations

import numpy as np

from sim.measures.facts import IncidentFacts
from sim.measures.rows import Rows
from sim.tables import World
from sim.vocabulary import HOUR

OVERLOAD_SHARE = 0.01  #: of the calls received: a backlog that grows by no more is not called overload


def backlog_rows(world: World, facts: IncidentFacts) -> dict[str, Rows]:
    """The source ``backlog``: every call, founded or not, that was open at some moment of the measured time.

    ``n`` is 1 where it was received in the measured time. ``waiting_growth_per_h`` is the growth of those to which
    nobody was sent yet.
    """
    start_us, end_us = world.warm_up_us, world.end_us
    measured_h = (end_us - start_us) / HOUR
    chosen = facts.called & (facts.received_us < end_us) & (facts.closed_us >= start_us)
    received_us, closed_us, sent_us = (
        times[chosen] for times in (facts.received_us, facts.closed_us, np.minimum(facts.sent_us, facts.closed_us))
    )

    def growth(left_us: np.ndarray) -> np.ndarray:
        """An hour, by each call: 1 if it is there at the end, less 1 if it was at the start. The end is not measured
        any more, so what happens just then is still to come."""
        there = [(received_us < at).astype(float) - (left_us < at) for at in (start_us, end_us)]
        return (there[1] - there[0]) / measured_h

    received = (received_us >= start_us).astype(float)
    columns = {
        "n": received,
        "received_per_h": received / measured_h,
        "backlog_growth_per_h": growth(closed_us),
        "waiting_growth_per_h": growth(sent_us),
    }
    return {"backlog": Rows({"priority": facts.priority[chosen] - 1, "class": facts.class_[chosen]}, columns)}


def is_overload(low: np.ndarray, growth: np.ndarray, waiting: np.ndarray, received: np.ndarray) -> np.ndarray:
    """Whether the backlog grew for good: its 95 % interval above 0, and by more than ``OVERLOAD_SHARE`` of the calls.

    The calls to which nobody was sent have to have grown as much: a run that starts at rest, or ends at a busier hour
    than it began, has more calls in service at its end, and that is no overload. An unknown ``low`` says nothing.
    """
    least = OVERLOAD_SHARE * received
    return (low > 0) & (growth > least) & (waiting > least)
