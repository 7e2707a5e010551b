"""Broken duties: more cases beside those of ``bad_input_cases``."""

from __future__ import annotations

from bad_input_cases import LINE, Case, added, edit, plane

EXTRA = "policy.roster.extra."
SHIFTS = 'system = "three_shifts"\n'
BREAK = SHIFTS + "break_min = 30\n"
VISITS = 'rule = "visits"\n'


def line(name: str, text: str, key: str, *says: str, at: str = "") -> Case:
    """A case that adds a roster line; the message names its last line unless ``at`` says otherwise."""
    return added(name, LINE + text, EXTRA + key, *says, at=at or text.split("\n")[-1])


DUTY_CASES = [
    edit("misspelt duty", 'duty = "post"', 'duty = "standy"', "policy.roster.gates.duty", 'did you mean "standby"'),
    # standby
    line("standby in a sector", 'duty = "standby"\nbeat  = "sector"', "beat", '"around"'),
    line("around nothing", 'beat  = "around"', "beat", 'duty = "standby"'),
    line("radius of a sector", "beat_radius_m = 200", "beat_radius_m", 'the beat is "sector"'),
    line("radius of nothing", 'duty = "standby"\nbeat_radius_m = 0', "beat_radius_m", "above 0"),
    line("standby that stands", 'duty = "standby"\nrule = "stand"', "rule", '"round", "visits"'),
    line("standby at no site", 'duty = "standby"\npost = "site:brige"', "post", '"site:school_gate"'),
    plane(
        "standby in a plane", 'rule = "resampled"', 'duty = "standby"', "policy.roster.anew.duty", "a plane has none"
    ),
    plane(
        "beat around in a plane",
        'rule = "resampled"',
        'rule = "resampled"\nbeat = "around"',
        "policy.roster.anew.beat",
        "a plane has none",
        at='beat = "around"',
    ),
    # peak
    line("peak all day", 'duty = "peak"', "system", 'the system is "always"', at=LINE[:30]),
    line("peak in shifts", 'duty = "peak"\nsystem = "two_shifts"', "system", '"windows", with windows'),
    # rounds and visits
    line("misspelt round", 'rule = "roud"', "rule", 'did you mean "round"'),
    plane("round in a plane", 'rule = "resampled"', 'rule = "round"', "policy.roster.anew.rule", "no streets"),
    line("visits of nothing", 'rule = "visits"', "visits", "such as", at=LINE[:30]),
    line("points of a patrol", 'visits = [{role = "school_gate"}]', "visits", 'the rule is "least_recently_passed"'),
    line("unknown points", VISITS + 'visits = [{role = "scool_gate"}]', "visits.0.role", '"school_gate"?'),
    line(
        "points twice",
        VISITS + 'visits = [{role = "school_gate"}, {role = "school_gate"}]',
        "visits.1.role",
        "in the list already",
    ),
    line("no dwelling", VISITS + 'visits = [{role = "school_gate", dwell_min = 0}]', "visits.0.dwell_min", "0.0167"),
    line(
        "quota below 0", VISITS + 'visits = [{role = "school_gate", per_day = -1}]', "visits.0.per_day", "not below 0"
    ),
    line("points without role", VISITS + "visits = [{dwell_min = 3}]", "visits.0.role", "is missing"),
    # breaks
    line("corridor of no break", SHIFTS + "break_window_h = [3, 4]", "break_window_h", "break_min beside it"),
    line("corridor backwards", BREAK + "break_window_h = [4, 3]", "break_window_h", "begins after it ends"),
    line("corridor of one hour", BREAK + "break_window_h = [4]", "break_window_h", "a list of 2"),
    line(
        "corridor beyond the spell",
        BREAK + "break_window_h = [3, 7.75]",
        "break_window_h",
        "ends after 495 min",
        "over after 480",
        "up to 7.5 h",
    ),
    line(
        "corridor within muster",
        BREAK + "muster_min = 45\nbreak_window_h = [0, 0.5]",
        "break_window_h",
        "after 45 min",
        "0.75 h or more",
    ),
    # planned work
    line("planned at no time", 'planned = [{from = "10:00", to = "10:00"}]', "planned.0", "begins and ends at 10:00"),
    line("planned too late", 'planned = [{from = "10:00", to = "24:30"}]', "planned.0.to", '"24:00"'),
    line("planned until", 'planned = [{from = "10:00"}]', "planned.0.to", "is missing"),
    line(
        "planned nowhere",
        'planned = [{from = "10:00", to = "11:00", place = "site:scool_gate"}]',
        "planned.0.place",
        'did you mean "site:school_gate"',
    ),
    line(
        "planned on no day",
        'planned = [{from = "10:00", to = "11:00", weekdays = ["mon"]}]',
        "planned.0.weekdays.0",
        '"monday"',
    ),
    line(
        "planned twice a day",
        'planned = [{from = "10:00", to = "11:00", weekdays = ["monday", "monday"]}]',
        "planned.0.weekdays.1",
        "in the list already",
    ),
    line(
        "planned over the change of shift",
        SHIFTS + 'planned = [{from = "15:30", to = "16:30"}]',
        "planned.0",
        "15:30 to 16:30 goes over the end of a spell",
        "08:00 to 16:00",
    ),
    line(
        "planned off duty",
        'system = "windows"\nwindows = [["07:00", "09:00"]]\nplanned = [{from = "10:00", to = "11:00"}]',
        "planned.0",
        "outside the line's hours",
        "07:00 to 09:00",
    ),
    line(
        "planned over each other",
        'planned = [{from = "10:00", to = "12:00"}, {from = "11:30", to = "13:00", weekdays = ["sunday"]}]',
        "planned.1",
        "11:30 to 13:00 overlaps 10:00 to 12:00 of planned.0",
    ),
    line(
        "planned over midnight and the next morning",
        'planned = [{from = "23:00", to = "01:00", weekdays = ["sunday"]}, '
        '{from = "00:30", to = "02:00", weekdays = ["monday"]}]',
        "planned.1",
        "overlaps 23:00 to 01:00",
    ),
    line(
        "planned over the break",
        BREAK + 'break_window_h = [2, 4]\nplanned = [{from = "10:20", to = "11:00"}]',
        "break_window_h",
        "2 h into the spell from 08:00 the break is due, 10:00 and 30 min on, and planned.0 is 10:20 to 11:00",
        at="break_window_h = [2, 4]",
    ),
    # escalation and fatigue
    added(
        "escalation that is over at once",
        "[policy.dispatch.escalation]\nover = 3\nuntil = 4\ncall_off_breaks = true",
        "policy.dispatch.escalation.until",
        "up to 3",
        at="until = 4",
    ),
    added(
        "escalation to nothing",
        "[policy.dispatch.escalation]\nover = 3",
        "policy.dispatch.escalation",
        "would change nothing",
        "on_call_min",
    ),
    added(
        "escalation over nobody",
        "[policy.dispatch.escalation]\nover = 0\nopen_borders = true",
        "policy.dispatch.escalation.over",
        "from 1",
        at="over = 0",
    ),
    line("called by nobody", "on_call_min = 30", "on_call_min", "policy.dispatch.escalation beside it"),
    line("on call with a plan", "on_call_min = 30\nplanned_share = 0.2", "planned_share", "beside on_call_min"),
    line("on call with a break", "on_call_min = 30\nbreak_min = 20", "break_min", "beside on_call_min"),
    added(
        "fatigue tomorrow", "[policy.fatigue]\nfrom_h = 30", "policy.fatigue.from_h", "from 0 to 24", at="from_h = 30"
    ),
    # changeover
    line("relief of nobody", 'changeover = "hand_over"', "changeover", 'system = "always" has no crew'),
    line("misspelt changeover", SHIFTS + 'changeover = "handover"', "changeover", 'did you mean "hand_over"'),
]
