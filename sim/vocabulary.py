"""The enums and constants that everyone shares; the words of ``docs/odd.md`` as code.

Values are stored in arrays and result files, so a member never changes its number; new members are appended.
``EventKind`` is the one written order in which events at the same instant happen (odd.md rule 2).
"""

from __future__ import annotations

from enum import IntEnum

NOBODY = -1  #: no unit, no incident, nowhere: the one constant for an index that points at nothing
NEVER = 2**62  #: a time that has not come, in microseconds; also the travel time where there is no way
SECOND = 1_000_000  #: microseconds
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR
MEET_US = MINUTE  #: how long half of a joint unit stands and waits for the other before it looks again


class EventKind(IntEnum):
    """What can happen, in the order in which simultaneous events happen."""

    INCIDENT_BEGINS = 0
    INCIDENT_LEG = 1  #: a moving incident comes to the end of a leg of its path
    WORSENS = 2
    EXPIRES = 3  #: nobody called, nobody saw: the lifetime is over
    GIVES_UP = 4  #: the caller's patience ends
    CALL = 5  #: somebody calls: the receipt
    OFF_MODEL_ARRIVES = 6
    WORK = 7  #: the scene's next milestone: look over, more needed, work done
    HOLDERS_LEAVE = 8  #: the joint period is over
    DUTY_BEGINS = 9
    DUTY_ENDS = 10
    COMMITMENT = 11  #: planned work or a break falls due
    UNIT_NEXT = 12  #: end of what the unit is doing: leg, turnout, dismount, wrap-up, processing, muster, commitment
    SIGHTING = 13
    SENDABLE = 14  #: a tier can be sent to a call from now on
    PROBE = 15
    HANDLED = 16  #: a call-taker has handled a call
    ESCALATES = 17  #: too many calls have waited for too long
    STREETS_CHANGE = 18  #: streets close or open


class UnitState(IntEnum):
    """What a unit is doing. ``LOOKING`` and ``BUSY`` below group these."""

    OFF_DUTY = 0
    MUSTER = 1
    PATROL = 2
    POST = 3
    RETURNING = 4  #: free, on the way to its beat or post
    TURNOUT = 5
    EN_ROUTE = 6  #: to an incident, driving, leaving the vehicle or walking
    ON_SCENE = 7  #: present at an incident, or keeping a moving one in view
    TO_VEHICLE = 8
    TO_STATION = 9
    AT_STATION = 10
    WRAP_UP = 11
    PLANNED = 12
    BREAK = 13
    TO_BASE = 14  #: duty is over, going home
    SLACK = 15  #: at base instead of on patrol


LOOKING = (UnitState.PATROL, UnitState.POST)
FREE = (UnitState.PATROL, UnitState.POST, UnitState.RETURNING, UnitState.SLACK)
BUSY = (
    UnitState.TURNOUT,
    UnitState.EN_ROUTE,
    UnitState.ON_SCENE,
    UnitState.TO_VEHICLE,
    UnitState.TO_STATION,
    UnitState.AT_STATION,
    UnitState.WRAP_UP,
)
OTHER = (UnitState.MUSTER, UnitState.PLANNED, UnitState.BREAK, UnitState.TO_BASE)


class Activity(IntEnum):
    """The four groups in which time is accounted: busy + other + free = on duty."""

    OFF = 0
    FREE = 1
    BUSY = 2
    OTHER = 3


def activity_of(state: int) -> int:
    """The ``Activity`` of a ``UnitState``."""
    if state == UnitState.OFF_DUTY:
        return Activity.OFF
    if state in FREE:
        return Activity.FREE
    return Activity.BUSY if state in BUSY else Activity.OTHER


class Phase(IntEnum):
    """Where an incident stands."""

    UNBORN = 0
    UNKNOWN = 1  #: going on, neither called in nor seen
    OPEN = 2  #: received; nobody with ``hold`` works on it yet
    LOOKING = 3  #: somebody has come and finds out that it is unfounded or gone
    WORKING = 4  #: work runs
    WAITING = 5  #: work is interrupted: the scene needs more
    CLOSED = 6


class Outcome(IntEnum):
    NONE = 0  #: not yet
    RESOLVED = 1
    UNFOUNDED = 2
    GONE_ON_ARRIVAL = 3
    ABANDONED = 4
    LOST = 5
    REACHED_TARGET = 6
    UNNOTICED = 7
    UNREACHABLE = 8
    CLOSED_OFF_MODEL = 9
    OPEN_AT_END = 10
    DETERRED = 11  #: it does not happen, for a patrol was there


class Ending(IntEnum):
    RESOLVED = 0
    MEDIATED = 1
    REFERRED = 2
    CUSTODY = 3


class Authority(IntEnum):
    NONE = 0
    OBSERVE = 1
    HOLD = 2
    RESOLVE = 3


class StreetKind(IntEnum):
    ROAD = 0
    LANE = 1
    STAIRS = 2
    SQUARE = 3


class Metric(IntEnum):
    """How lengths are measured: along streets, or in a plane."""

    STREETS = 0
    MANHATTAN = 1
    EUCLID = 2


class Duty(IntEnum):
    PATROL = 0
    POST = 1
    STANDBY = 2


class PatrolRule(IntEnum):
    RANDOM = 0
    NO_U_TURN = 1
    LEAST_RECENTLY_PASSED = 2
    WEIGHTED = 3
    STAND = 4
    RESAMPLED = 5  #: stands at a place drawn anew whenever it becomes free
    RESAMPLED_EACH_CALL = 6  #: ... and whenever a call becomes sendable
    ROUND = 7
    VISITS = 8


class ScoreRule(IntEnum):
    NEAREST = 0
    OWN_SECTOR = 1
    LOWEST_TIER = 2
    HIGHEST_TIER = 3
    PREFERENCE = 4
    RANDOM = 5
    LEAST_COVER_LOST = 6  #: of the whole state


class BorderRule(IntEnum):
    ANY = 0
    OWN = 1
    ADJACENT = 2


class LeavesPost(IntEnum):
    NEVER = 0
    ON_VIEW = 1  #: only for what it sees itself
    CALLED = 2  #: for anything it is sent to


class QueueOrder(IntEnum):
    PRIORITY = 0
    AGEING = 1
    FIRST_COME = 2


class QueueRule(IntEnum):
    WAIT = 0
    LIMIT = 1
    LOST = 2


class CommitmentKind(IntEnum):
    PLANNED = 0
    BREAK = 1


class Purpose(IntEnum):
    """What a counter-based draw is for: a word of its counter, so that no two uses share a draw."""

    ARRIVAL_GAP = 0
    ARRIVAL_MARK = 1
    ATTRIBUTE = 2
    PATH = 3
    PATROL = 4
    SIGHTING = 5
    ACCEPTANCE = 6
    GEOGRAPHY = 7
    ROSTER = 8
    PROBE = 9
    START = 10
    CHOICE = 11  #: the random score of a dispatch
    SLACK = 12


class Stop(IntEnum):
    """Why the kernel came back (odd.md rule 3)."""

    UNTIL = 0  #: the asked time is reached
    BUDGET = 1  #: the asked number of events is done
    RECORDS_FULL = 2  #: a record buffer is full: drain it and go on
    DONE = 3  #: every measured incident is closed, or the drain is over
    DECISION = 4  #: somebody outside has to choose
