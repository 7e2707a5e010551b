"""What the tables and keys of a scenario file mean, where the schema does not say it itself. Words only."""

from __future__ import annotations

#: Tables in the order of the reference, by their name in the schema, with the header that stands above each.
TABLES = {
    "ScenarioFile": "The file",
    "Run": "`[run]`",
    "World": "`[world]`",
    "StreetSpace": "`[world.space]`",
    "PlaneSpace": "`[world.space]`, a plane",
    "StreetMix": "street mix",
    "OneWay": "`[[world.space.one_way]]`",
    "Sector": "`[world.sectors.NAME]`",
    "SiteRule": "`[world.sites.ROLE]`",
    "Mode": "`[world.modes.NAME]`",
    "SpeedTable": "`[world.modes.NAME.speed_mps]`",
    "Sine": "wave",
    "Visitors": "`[world.visitors]`",
    "Crowd": "`[world.crowd]`",
    "Sight": "`[world.sight]`",
    "Weather": "`[world.weather]`",
    "Demand": "`[world.demand]`",
    "Surge": "`[[world.demand.surges]]`",
    "Injection": "`[[world.demand.injections]]`",
    "Outage": "`[[world.outages]]`",
    "Closure": "`[[world.closures]]`",
    "Loss": "`[[world.losses]]`",
    "Deterrence": "`[world.deterrence]`",
    "IncidentClass": "`[world.classes.NAME]`",
    "Slot": "`needs`",
    "Alternative": "`alternatives`",
    "More": "`more`",
    "Worsens": "`worsens`",
    "Moves": "`moves`",
    "OffModel": "`off_model`",
    "Duration": "duration",
    "Policy": "`[policy]`",
    "Tier": "`[policy.tiers.NAME]`",
    "SightTable": "`sight_m`",
    "Turnout": "`turnout_s`",
    "AcceptanceStep": "`acceptance`",
    "Command": "`[policy.command]`",
    "Dispatch": "`[policy.dispatch]`",
    "ScoreTerm": "`score`",
    "Preemption": "`[[policy.dispatch.preempt]]`",
    "Escalation": "`[policy.dispatch.escalation]`",
    "Fatigue": "`[policy.fatigue]`",
    "Redeployment": "`[policy.redeployment]`",
    "Compliance": "`[policy.compliance]`",
    "Withdrawal": "`[[policy.withdrawals]]`",
    "Recall": "`[[policy.recall]]`",
    "LegalHours": "`[policy.hours]`",
    "RosterLine": "`[[policy.roster]]`",
    "Partner": "`partner`",
    "VisitRule": "`visits`",
    "PlannedBlock": "`planned`",
    "Probes": "`[probes]`",
    "Assumption": '`[assumptions."KEY"]`',
}

#: (table, key) -> meaning; with the key "" of the table as a whole.
MEANINGS = {
    ("ScenarioFile", ""): "Besides these a file may have `extends` (see above).",
    ("ScenarioFile", "schema_version"): "the version of this format",
    ("ScenarioFile", "title"): "what to call it, in a line",
    ("ScenarioFile", "question"): "what it is meant to answer",
    ("ScenarioFile", "sources"): "where its numbers come from, one text each",
    ("ScenarioFile", "run"): "how long and how often",
    ("ScenarioFile", "world"): "what happens to the district",
    ("ScenarioFile", "policy"): "what is decided about the forces",
    ("ScenarioFile", "probes"): "hypothetical calls",
    (
        "ScenarioFile",
        "assumptions",
    ): "how sure we are of a value; KEY is its dotted path, such as `world.demand.per_day`",
    ("Run", ""): "A run is a warm-up, the measured time, and a drain in which what is open may be closed.",
    ("Run", "measured_h"): "hours that are measured",
    ("Run", "replications"): "days that are simulated; `--replications` overrides it",
    ("Run", "seed"): "same seed, same days; `--seed` overrides it",
    ("World", "geography_seed"): "names the drawn details of the district: street kinds, homes, sites",
    ("World", "start_weekday"): "day of the week at the start of the run, warm-up included",
    ("World", "start_hour"): "hour of the day at the start of the run",
    ("World", "space"): "streets, or a plane for cases with known answers",
    ("World", "sectors"): "sub-districts, in the order in which they are reported",
    ("World", "sites"): "places with a role: stations, gates, bases",
    ("World", "modes"): "ways of moving",
    ("World", "visitors"): "people who do not live there",
    ("World", "crowd"): "what dense visitors do to movement and sight",
    ("World", "sight"): "what the night does to sight",
    ("World", "weather"): "what the weather does to movement",
    ("World", "profiles"): "how demand goes up and down with the hour, by name: 24 relative values, or a wave",
    ("World", "weekly"): "7 relative values from Monday, by name",
    ("World", "demand"): "how much happens",
    ("World", "classes"): "what can happen",
    ("World", "look_min"): "minutes to find that an incident is unfounded or gone",
    ("World", "off_model_handling_s"): "seconds from receipt until an off-model responder sets out",
    ("World", "outages"): "times at which the dispatch centre is slow",
    ("World", "losses"): "bases and stations that cannot be used for a while",
    ("World", "deterrence"): "a hypothesis: patrols keep things from happening; left out: off",
    ("World", "custody"): "minutes at the station after a custody trip",
    ("StreetSpace", ""): "Streets are a grid of intersections, cut out by a picture. Kinds of streets are drawn.",
    ("StreetSpace", "kind"): "streets",
    ("StreetSpace", "block_height_m"): "south-north length of a block; one number, or one for each row of blocks",
    ("StreetSpace", "block_width_m"): "west-east length of a block; one number, or one for each column of blocks",
    ("StreetSpace", "sector_map"): (
        "a picture of the district, north on top, stretched over the grid: one letter a cell, `.` is river, hill or "
        "outside; needed where there is more than one sector"
    ),
    ("StreetSpace", "street_kinds"): "kinds of the streets that are not arterial",
    ("StreetSpace", "one_way"): "for vehicles; `alternating` gives every row and column a direction in turn",
    ("StreetSpace", "elevation_m"): "a coarse picture of heights in metres, north on top, interpolated",
    ("PlaneSpace", ""): (
        "A rectangle or torus without streets, for cases with known answers. The south-west corner is (0, 0). See "
        "the section on planes above."
    ),
    ("PlaneSpace", "kind"): "a plane",
    ("Sine", ""): "A daily wave: demand is 1 + amplitude x cos(2 pi (hour - peak_hour) / 24) times its mean.",
    ("Sine", "amplitude"): "share by which the peak is above the mean",
    ("Sine", "peak_hour"): "hour of the day at which it is highest; 6 gives sin(2 pi t / 24) from midnight",
    ("StreetMix", ""): "Relative shares by length; they need not sum to 1, but one of them is above 0.",
    ("StreetMix", "road"): "share of roads",
    ("StreetMix", "lane"): "share of lanes",
    ("StreetMix", "stairs"): "share of stairs",
    ("StreetMix", "square"): "share of squares: segments that meet there are seen at once",
    ("OneWay", ""): "One row or column of streets that vehicles may only take in one direction.",
    ("OneWay", "row"): "number of the row, 0 in the south",
    ("OneWay", "column"): "number of the column, 0 in the west",
    ("OneWay", "direction"): "where it leads: `east` or `west` for a row, `north` or `south` for a column",
    ("Sector", "letter"): "its letter in `world.space.sector_map`; needed where there is such a map",
    ("Sector", "areas_m"): (
        "in a plane: its rectangles `[west, south, east, north]`; left out: all of the plane, for the only sector"
    ),
    ("Sector", "label"): "name for people",
    ("Sector", "label_zh"): "Chinese name for people",
    ("Sector", "residents"): "people who live there",
    ("Sector", "area_km2"): "square kilometres, for the density of visitors",
    ("Sector", "teams"): "community teams; each has a ground of its own within the sector",
    (
        "SiteRule",
        "",
    ): "A role, such as `police_station`, and its sites: where they are (`at_m`) or how many (`total`, `per_sector`).",
    (
        "SiteRule",
        "per_sector",
    ): "one number for each sector, or a table of sectors in which `default` stands for the rest",
    ("SiteRule", "at_m"): (
        "a list of points `[x, y]` from the south-west corner; on streets each is the nearest point of a street"
    ),
    ("SiteRule", "on"): "kinds of streets on which such a site may stand",
    ("Mode", "speed_mps"): "one speed everywhere, or one for each kind of street; in a plane a table's `road` counts",
    ("Mode", "dismount_s"): "seconds to leave the vehicle where it cannot go on and walk the rest",
    ("Mode", "by_hour"): "factor on its speed by hour of the day",
    ("SpeedTable", ""): "Metres a second by kind of street. A kind that is left out cannot be passed.",
    ("SpeedTable", "road"): "on roads",
    ("SpeedTable", "lane"): "on lanes",
    ("SpeedTable", "square"): "on squares",
    ("SpeedTable", "stairs_up"): "up stairs",
    ("SpeedTable", "stairs_down"): "down stairs",
    ("Visitors", "mean_present"): "visitors in the district at a time, mean over the day",
    ("Visitors", "by_hour"): "relative presence by hour, scaled to a mean of 1",
    ("Crowd", ""): "Off while `threshold_per_km2` is left out.",
    ("Crowd", "speed_factor"): "on speeds where visitors are denser",
    ("Crowd", "sight_factor"): "on sight where visitors are denser",
    ("Sight", "night_factor"): "on sight at night",
    ("Sight", "night_from_hour"): "hour in which the night begins",
    ("Sight", "night_to_hour"): "hour in which it is over",
    ("Weather", "speed_factor"): "on the speed of each mode",
    ("Demand", "per_day"): "incidents on an average day of the week, called in or not",
    ("Demand", "scale"): "factor on `per_day`; 1 changes no day, 1.2 adds a fifth to the same days",
    ("Demand", "residents_weight"): (
        "weight of a sector = this times its share of residents + the rest times its share of visitors"
    ),
    ("Demand", "segment_sigma"): "how unevenly demand lies on the streets of a sector (log-normal sigma); 0: by length",
    ("Demand", "report_delay_factor"): "on the time until somebody calls; below 1: outreach works",
    ("Demand", "surges"): "times of more or less demand",
    ("Demand", "injections"): "single incidents at a given moment",
    ("Surge", "factor"): "on demand",
    ("Surge", "to_h"): "hours from the start of the run",
    ("Injection", "name"): "its name, which also names its draws",
    ("Injection", "class"): "what happens",
    ("Injection", "sector"): "where; the place within it is drawn; or `at_m`",
    (
        "Injection",
        "at_m",
    ): "exactly where, `[x, y]` from the south-west corner; on streets: the nearest point of a street",
    ("Outage", ""): (
        "A call that is answered in one of these spans is handled that much later, and what a patrol finds in one is "
        "passed on that much later. Spans may overlap: their delays add up."
    ),
    ("Outage", "from_h"): "hours from the start of the run",
    ("Outage", "to_h"): "hours from the start of the run",
    ("Outage", "delay_min"): "minutes that handling takes longer",
    ("Loss", ""): (
        "Sites that cannot be used for a while. Crews that would set out for a lost base, or begin duty there, do so "
        "at the nearest other site of its role; custody trips go to the nearest station that is left. Losses of one "
        "site that overlap are one."
    ),
    ("Loss", "site"): "their role",
    ("Loss", "sector"): "only those there; left out: everywhere",
    ("Loss", "number"): "only this one of them, from 1 on; left out: all of them",
    ("Loss", "from_h"): "hours from the start of the run",
    ("Loss", "to_h"): "hours from the start of the run",
    ("Deterrence", ""): (
        "A hypothesis, off unless this table is there, and named in every output where it is on. The effects do not "
        "add up: the largest of them counts."
    ),
    (
        "Deterrence",
        "classes",
    ): "classes of which some do not happen; what comes at fixed times, or is injected, always does",
    ("Deterrence", "stop"): (
        "`[minutes, share]`: who has stood on a street for so long keeps off this share of what would begin there; "
        "straight lines in between, and no more beyond the last"
    ),
    ("Deterrence", "pass_effect"): "share that is kept off a street which a patrol has just passed",
    ("Deterrence", "pass_decay_min"): "minutes in which the effect of a pass falls by 1 / e",
    ("Deterrence", "stop_decay_min"): "minutes in which the effect of a stop that is over falls by 1 / e",
    ("IncidentClass", "label"): "name for people",
    ("IncidentClass", "label_zh"): "Chinese name for people",
    ("IncidentClass", "share"): "relative frequency",
    ("IncidentClass", "priority"): "1 is most urgent",
    ("IncidentClass", "profile"): "hourly profiles and their weights; left out: the same at all hours",
    ("IncidentClass", "place"): "`streets` (anywhere; in a plane too) or the role of a site",
    ("IncidentClass", "arrivals"): "at random, or evenly spaced: one whenever the rate has gathered a whole incident",
    ("IncidentClass", "weekly"): "weekly profile; left out: the same on all days",
    ("IncidentClass", "needs"): "units that it asks for",
    ("IncidentClass", "quorum"): "how many of the slots that count let work start; left out: all of them",
    ("IncidentClass", "more"): "what the scene may ask for later",
    ("IncidentClass", "safe_crew"): "people who have to be there before anyone does more than watch; one less with kit",
    ("IncidentClass", "work"): "work on the scene",
    ("IncidentClass", "unfounded_share"): "share that turns out to be nothing on arrival",
    ("IncidentClass", "never_called_share"): "share that nobody calls in; a patrol may see it within its lifetime",
    ("IncidentClass", "report"): "time from its beginning until somebody calls",
    ("IncidentClass", "lifetime"): "how long it lasts by itself; needed with the two shares",
    ("IncidentClass", "gone_share"): "share of called ones that are over at the end of their lifetime even so",
    ("IncidentClass", "patience"): "the caller gives up after it if nobody has come; left out: never",
    ("IncidentClass", "worsens"): "what becomes of it while nobody holds it",
    ("IncidentClass", "moves"): "whether it walks through the streets",
    ("IncidentClass", "off_model"): "an ambulance or brigade that comes from outside and closes it",
    ("IncidentClass", "endings"): "shares of special endings; the rest is resolved",
    ("Slot", ""): "One line of needs: units with the same authority and tiers. At most 16 units at one scene.",
    ("Slot", "authority"): "what its unit has to be allowed to do",
    ("Slot", "tiers"): "tiers that may fill it",
    ("Slot", "units"): "how many such units",
    ("Slot", "min_crew"): "people that a unit needs at least",
    ("Slot", "in_quorum"): "false: its unit only holds, and leaves after the joint period",
    ("Slot", "alternatives"): "what else may fill it, tried in order",
    ("Alternative", "authority"): "what its unit has to be allowed to do",
    ("Alternative", "tiers"): "tiers that may fill it",
    ("Alternative", "min_crew"): "people that a unit needs at least",
    ("More", "chance"): "chance that the scene asks for more, at a drawn moment of the work",
    ("More", "needs"): "what it then asks for; work waits until it is there",
    ("Worsens", "share_per_min"): "hazard a minute while nobody holds it",
    ("Worsens", "to"): "classes that it may become, and their weights",
    ("Worsens", "work_factor"): "on the work of what it becomes",
    ("Moves", "share"): "share that moves",
    ("Moves", "speed_mps"): "walking speed",
    ("Moves", "distance_m"): "`[least, most]` metres of its way",
    ("OffModel", "responder"): "what to call it",
    ("OffModel", "arrives"): "its way, from when it sets out",
    ("Duration", ""): (
        "A random duration in minutes, such as `{median_min = 20, sigma = 0.9}` or "
        '`{distribution = "constant", value_min = 5}`. A distribution takes its own keys and no others.'
    ),
    ("Duration", "distribution"): "its kind",
    ("Policy", "tiers"): "forces, from the highest to the lowest",
    ("Policy", "command"): "times that orders take",
    ("Policy", "dispatch"): "who is sent",
    ("Policy", "withdrawals"): "crews that are in other service for a while",
    ("Policy", "recall"): "crews that are called back while they are off duty",
    (
        "Withdrawal",
        "",
    ): "Duty is cut where a unit is in other service; its crews are on duty again after it.",
    ("Withdrawal", "lines"): "whose units",
    ("Withdrawal", "units"): "so many of each line, spread over its groups, with all their crews; left out: `share`",
    ("Withdrawal", "service"): "what they do there, such as militia: a label",
    (
        "Recall",
        "",
    ): "Who is off duty then, and in no other service, comes and stays; duty that follows goes on.",
    ("Recall", "lines"): "whose crews",
    ("Recall", "delay"): "minutes until a unit is on duty, drawn for each under its name",
    ("Recall", "until_h"): "they stay until then, or to the end of the duty that they have then",
    ("Policy", "hours"): "working hours by law: what `heads` and `check` reckon with",
    ("LegalHours", ""): "Working hours by law. They decide how many units `heads` are, and what `check` says of hours.",
    ("LegalHours", "legal_month_h"): "hours a person and month: 2,000 a year",
    ("LegalHours", "overtime_month_h"): "hours of overtime a person and month that the law allows",
    ("LegalHours", "leave_share"): "share of these hours for leave, sickness and training",
    ("RosterLine", "heads"): (
        "people employed for the line, on its books; where `units` is left out, it is as many for each of `per` as "
        "they can man: heads / (groups x crew x relief factor)"
    ),
    ("Policy", "roster_file"): (
        "a CSV or XLSX file with lines of the roster, relative to the scenario file; they follow those of `roster`, "
        "which may be left out then"
    ),
    ("Policy", "roster"): "who works where and when; in a file that extends another, a table of changes by name",
    ("Tier", "label"): "name for people",
    ("Tier", "label_zh"): "Chinese name for people",
    ("Tier", "authority"): "what it may do about each class; a class that is left out: `none`",
    ("Tier", "kit"): "whether its crews carry protective kit",
    ("Tier", "kit_factor"): "on the duration of work where it has kit",
    ("Tier", "patrol_factor"): "on the speed of its patrols",
    ("Tier", "response_factor"): "on its speed on the way to a call of priority 1, 2, 3",
    ("Tier", "sight_m"): "how far its patrols see",
    ("Tier", "turnout_s"): "time to set out",
    ("Tier", "channel"): "whether the centre sends it itself, or the sub-district does (`relay_s` later)",
    ("Tier", "border"): "whether it is sent beyond its sector: anywhere, not at all, or to neighbours",
    ("Tier", "acceptance"): "volunteers: chance to accept a call within a distance; left out: always",
    ("Tier", "reserve"): ("units of the tier that have to stay free when one is sent to a call of priority 1, 2, 3"),
    (
        "Tier",
        "reserve_scope",
    ): "whether free units are counted in the whole district, or among those of its home sector",
    ("Tier", "preemptible"): "whether its units may be taken away by `policy.dispatch.preempt`",
    ("Tier", "wrap_up"): "time after a scene in which it cannot be sent",
    ("Tier", "standard_min"): "minutes that its ring stands for, in `ring_share`",
    ("SightTable", ""): "Metres by kind of street, by day.",
    ("SightTable", "road"): "on roads",
    ("SightTable", "lane"): "on lanes",
    ("SightTable", "stairs"): "on stairs",
    ("SightTable", "square"): "on squares",
    ("Turnout", ""): "Seconds by what the unit is doing when it is sent.",
    ("Turnout", "patrol"): "on patrol, or on the way back to it",
    ("Turnout", "standby"): "on standby",
    ("Turnout", "post"): "on its post",
    ("Turnout", "base"): "at planned work or on a break",
    ("AcceptanceStep", ""): "Steps from near to far; beyond the last the chance is 0.",
    ("AcceptanceStep", "within_m"): "straight distance",
    ("AcceptanceStep", "chance"): "chance to accept",
    ("Command", "call_handling_s"): "seconds from when a call is answered until anyone can be sent",
    (
        "Command",
        "call_takers",
    ): "calls that are handled at once; others wait to be answered, first come, first served. 0: no limit",
    ("Command", "relay_s"): "seconds more for tiers on the relay channel",
    ("Command", "on_view_report_s"): "seconds until others can be sent to what a patrol found",
    ("Command", "joint_min"): "minutes for which holders stay after those who may resolve it are complete",
    ("Dispatch", "score"): "who goes: rules applied in order, each leaving the best of the rest",
    ("Dispatch", "preference"): "sector = roster lines or units, first choice first; for the rule `preference`",
    ("Dispatch", "queue"): "calls wait; or wait up to a number; or are lost when nobody is free",
    ("Dispatch", "queue_limit"): "that number, for `limit`",
    ("Dispatch", "order"): "who comes first among those that wait: see the section above",
    ("Dispatch", "ageing_min"): "minutes of waiting that count as one step of priority, for `ageing`",
    ("Dispatch", "strict"): "true: a call that lacks a unit blocks those behind it",
    ("Dispatch", "preempt"): "which calls may take units from which incidents; left out: none",
    ("Dispatch", "preempt_min_gain_s"): (
        "seconds by which the one who is taken has to come sooner than the best who is free; left out: taken only "
        "where nobody is free"
    ),
    (
        "Preemption",
        "",
    ): "Rows add up. Two rows may speak of the same pair of priorities, but not of the same state again.",
    ("Preemption", "calling"): "priority of the call that takes a unit",
    ("Preemption", "in_hand"): "priorities of the incidents from which it may be taken; each less urgent",
    ("Preemption", "states"): "what the unit may be doing for them",
    ("ScoreTerm", "rule"): "what counts",
    ("ScoreTerm", "max_extra_s"): "first drops whoever would come this many seconds later than the nearest",
    ("RosterLine", ""): "One line: units that work alike. The list of a file replaces that of the files it extends.",
    ("RosterLine", "name"): "its name, which begins the names of its units",
    ("RosterLine", "tier"): "whose they are",
    ("RosterLine", "per"): "`district`, `sector`, `team`, or `site:ROLE`: how many times over the line has its units",
    ("RosterLine", "sectors"): "only in these; left out: everywhere",
    ("RosterLine", "crew"): "people in a unit",
    ("RosterLine", "mode"): "how they move; left out: as their tier",
    ("RosterLine", "system"): (
        "three shifts of 8 hours, two of 12, three of 10 that overlap or one of 24 with `crews` crews in rotation; "
        "`windows` of the day; a `pattern` of `shifts`; or always on duty"
    ),
    ("RosterLine", "crews"): (
        "crews in rotation; left out: 4 for three shifts, 2 for two and for whole days, 5 for overlapping ones"
    ),
    ("RosterLine", "starts"): (
        "when the three overlapping shifts begin, each at most 10 hours after the other; cover is double where two of "
        "them meet; left out: 8 hours apart from `first_shift` on"
    ),
    ("RosterLine", "shifts"): 'the shifts of a `pattern` by letter, such as `{D = ["08:00", "20:00"]}`',
    ("RosterLine", "pattern"): (
        "a text for each crew, in it a letter for each day and `-` for a day off, again and again; the first letter is "
        "the Monday of the week in which the run begins"
    ),
    ("RosterLine", "stagger_min"): (
        "minutes by which each unit of a group (of the district, a sector, …) begins and ends later than the one before"
    ),
    ("RosterLine", "turn_up_share"): (
        "chance that a unit turns up for a spell, a draw for each; the rest are absent: leave, sickness, volunteers"
    ),
    ("RosterLine", "first_shift"): "when the first shift of the day begins",
    ("RosterLine", "windows"): 'spells of duty each day, such as `[["07:00", "09:00"]]`; one may go over midnight',
    ("RosterLine", "duty"): (
        "patrols; patrols in `windows` only (`peak`); stands at a post; stands by: patrols the streets around a point; "
        "patrols with a `partner` of another tier (`joint`); or goes from team to team and inspects"
    ),
    ("RosterLine", "rule"): (
        "how a patrol chooses its next street; `round` walks one closed walk over all of them, `visits` goes from "
        "point to point; the `resampled` rules place the unit anew instead; a post stands"
    ),
    ("RosterLine", "visits"): "points that the rule `visits` has to visit",
    ("RosterLine", "beat"): "the ground that a patrol keeps to; `around`, for who stands by, may be left out",
    ("RosterLine", "beat_radius_m"): (
        "of the beat `around`: streets whose middle is so near to the point in a straight line, and its own"
    ),
    ("RosterLine", "planned"): "planned work at set hours, beside `planned_share`",
    ("RosterLine", "break_window_h"): (
        "`[earliest, latest]` start of the break in hours after the start of the spell; later it is missed; left out: "
        "about the middle, and never missed before the spell is over"
    ),
    ("RosterLine", "changeover"): (
        "a scene at the end of a spell: its crew finishes it, or the crew that begins then comes and takes over"
    ),
    (
        "VisitRule",
        "",
    ): "The sites of a role within the beat. They are gone to in the order of how long ago each was visited.",
    ("Escalation", ""): "What the whole service does while too many calls wait. Crews on call come too.",
    ("Escalation", "over"): "it begins when more than so many calls have waited",
    ("Escalation", "after_min"): "for so many minutes",
    ("Dispatch", "cover_standard_min"): (
        "minutes within which a unit covers a sector: from where it is to the point from which that is covered; for "
        "the score `least_cover_lost`"
    ),
    ("Policy", "redeployment"): "move-up: who has others beside him stands by where nobody is left; left out: off",
    ("Policy", "compliance"): "teams that slacken until they are inspected; left out: none does",
    ("Redeployment", ""): (
        "A unit covers its home sector. Where no unit of a tier covers a sector any more, the one that is nearest to "
        "the point of that sector, of those whose own sector has another, stands by there until somebody is back."
    ),
    ("Redeployment", "tiers"): "tiers that move up, each to fill its own holes; joint units go by their higher tier",
    ("Redeployment", "point"): (
        "where a sector is covered from: `centre`, the street nearest to the middle of its called demand, or "
        "`site:ROLE`, the site nearest to that"
    ),
    ("Redeployment", "within_min"): "minutes of the way beyond which nobody moves up",
    ("Compliance", ""): (
        "A team keeps to its patrols with a chance that falls from 1 to `floor`, half of the way every "
        "`half_life_days` since it was last inspected; otherwise it stands at its base for a while, where calls still "
        'find it. A line with duty = "inspect" inspects.'
    ),
    ("Compliance", "floor"): "chance to comply, long after an inspection",
    ("Compliance", "half_life_days"): "days in which what is above `floor` halves",
    ("Compliance", "decides_every_min"): "minutes for which a unit keeps to what it decided",
    ("Compliance", "lines"): "which lines slacken; left out: all by team that patrol",
    ("Compliance", "last_inspected_days"): "`[least, most]` days before the start, drawn between these for each team",
    ("Partner", ""): "The other part of a joint unit: it moves with it, and both count for what either may do.",
    ("Partner", "tier"): "whose the others are; it may be the same tier",
    ("Partner", "crew"): "how many of them",
    ("Partner", "splits_from"): (
        "a call of this priority or a less urgent one gets one part, where that suffices, and the other patrols on; "
        "left out: they never part"
    ),
    ("RosterLine", "partner"): 'who moves with the line\'s crews, for duty = "joint"',
    ("RosterLine", "inspect_min"): 'minutes spent at the base of each team, for duty = "inspect"',
    ("Fatigue", ""): "A hypothesis, off unless this table is there, and named in every output where it is on.",
    ("Fatigue", "turnout_per_h"): "share by which turnout is longer for each full hour beyond `from_h`",
    ("Fatigue", "work_per_h"): "share by which work is longer for each full hour beyond it, by the most tired there",
    ("RosterLine", "on_call_min"): (
        "not on duty until the service escalates, and so many minutes more, if it is within the line's hours then; "
        "left out: regular duty"
    ),
    ("VisitRule", "role"): "of the sites",
    ("VisitRule", "dwell_min"): "minutes that a visit lasts",
    ("VisitRule", "per_day"): "visits of each site a day that `quota_met_share` compares with; steers nothing",
    ("PlannedBlock", ""): "Work of every crew of the line that is on duty then, for the whole of it.",
    ("PlannedBlock", "from"): "when it begins, or as soon after as the unit is free",
    ("PlannedBlock", "to"): "how long it lasts from there; whoever is not free before it does not go any more",
    ("PlannedBlock", "place"): "`base` or `site:ROLE` (nearest to the beat or post); left out: where the unit is",
    ("PlannedBlock", "priority"): "calls up to this priority interrupt it",
    ("PlannedBlock", "weekdays"): "only on these; left out: every day",
    (
        "RosterLine",
        "base",
    ): "where duty begins and ends: `beat` (a drawn place in it), `site:ROLE` (nearest), or `post`",
    ("RosterLine", "post"): (
        "where a post or standby point is: `home` (by residents), `hot_spot` (by demand), `site:ROLE` (dealt out)"
    ),
    ("RosterLine", "leaves_post"): "what a post is left for: nothing, what it sees itself, or any call",
    ("RosterLine", "planned_share"): "share of duty spent on planned work",
    ("RosterLine", "planned_block_min"): "minutes of one block of planned work",
    ("RosterLine", "break_min"): "minutes of one break a spell",
    ("RosterLine", "break_priority"): "calls up to this priority interrupt a break",
    ("RosterLine", "muster_min"): "minutes at base when duty begins",
    ("RosterLine", "last_call_cutoff_min"): "no calls in the last minutes of a spell",
    ("Probes", ""): "Hypothetical calls that occupy nobody: what would the clocks have been?",
    ("Probes", "standard_min"): "minutes within which a place counts as covered",
    ("Assumption", ""): "A value beyond `low` and `high` is refused where both stand in one file, else remarked upon.",
    ("Assumption", "low"): "least value that is plausible",
    ("Assumption", "high"): "most",
    ("Assumption", "grade"): "A official or academic, B news, C directories; derived; or an assumption",
    ("Assumption", "source"): "where it comes from",
    ("Assumption", "note"): "anything else",
}
