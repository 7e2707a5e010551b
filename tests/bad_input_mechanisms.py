"""Broken joint lines, inspections, move-ups, losses and deterrence: more cases beside those of ``bad_input_cases``."""

from __future__ import annotations

from bad_input_cases import LINE, SCORE, Case, added, edit, plane

EXTRA = "policy.roster.extra."
JOINT = 'duty = "joint"\n'
PARTNER = 'partner = {tier = "police", crew = 2}'
DETERRED = '[world.deterrence]\nclasses = ["fight"]\n'
COMPLIANCE = "[policy.compliance]\n"
LOSS = '[[world.losses]]\nsite = "school_gate"\nfrom_h = 1\nto_h = 3\n'


def line(name: str, text: str, key: str, *says: str, at: str = "") -> Case:
    """A case that adds a roster line; the message names its last line unless ``at`` says otherwise."""
    return added(name, LINE + text, EXTRA + key, *says, at=at or text.split("\n")[-1])


def table(name: str, text: str, key: str, *says: str, at: str = "") -> Case:
    """A case that adds a table; the message names its last line unless ``at`` says otherwise."""
    return added(name, text, key, *says, at=at or text.split("\n")[-1])


def loss(name: str, text: str, key: str, *says: str, at: str = "") -> Case:
    """A case that loses a site at which crews of one more line have their base."""
    text = f'[[world.losses]]\nfrom_h = 1\n{text}\n{LINE}base = "site:school_gate"'
    return added(name, text, key, *says, at=at)


MECHANISM_CASES = [
    # joint
    line("misspelt joint", 'duty = "jont"', "duty", 'did you mean "joint"'),
    line("joint with nobody", 'duty = "joint"', "partner", "who moves with them", at=LINE[:30]),
    line("partner of a patrol", PARTNER, "partner", 'the duty is "patrol"'),
    line(
        "joint with an unknown tier",
        JOINT + 'mode = "foot"\npartner = {tier = "polise"}',
        "partner.tier",
        'did you mean "police"',
    ),
    line(
        "partner without people",
        JOINT + 'mode = "foot"\npartner = {tier = "police", crew = 0}',
        "partner.crew",
        "from 1 to 1000",
    ),
    line("partner without tier", JOINT + "partner = {crew = 2}", "partner.tier", "is missing"),
    line(
        "joint that splits from nothing",
        JOINT + 'mode = "foot"\npartner = {tier = "police", splits_from = 4}',
        "partner.splits_from",
        "1 to 3",
    ),
    line(
        "joint by foot and by car",
        JOINT + PARTNER,
        "mode",
        "community moves by foot and police by car",
        'mode = "foot" or mode = "car"',
        at=LINE[:30],
    ),
    line(
        "joint that hands over",
        JOINT + f'{PARTNER}\nmode = "foot"\nsystem = "three_shifts"\nchangeover = "hand_over"',
        "changeover",
        "a joint unit finishes its scenes",
    ),
    line(
        "joint on call",
        JOINT + f'{PARTNER}\nmode = "foot"\non_call_min = 20',
        "on_call_min",
        "joint units are on regular duty",
    ),
    line(
        "joint that leaves no post", JOINT + f'{PARTNER}\nmode = "foot"\nleaves_post = "never"', "leaves_post", "posts"
    ),
    line("joint round a point", JOINT + f'{PARTNER}\nmode = "foot"\nbeat = "around"', "beat", 'duty = "standby"'),
    line(
        "joint with those who may do nothing",
        JOINT + 'partner = {tier = "idle"}\n[policy.tiers.idle]\nmode = "foot"\nauthority = {fight = "none"}',
        "partner.tier",
        "idle has no authority over any class",
        '"police", "community", "armband"',
        at="partner = {tier",
    ),
    table(
        "standby of those who may do nothing",
        '[[policy.roster]]\nname = "extra"\nduty = "standby"\ntier = "idle"\n'
        '[policy.tiers.idle]\nmode = "foot"\nauthority = {}',
        "policy.roster.extra.tier",
        "idle has no authority over any class, and a unit on standby would never be sent",
        at='tier = "idle"',
    ),
    line(
        "joint with fewer on the books",
        JOINT + f'{PARTNER}\nmode = "foot"\nper = "sector"\nunits = 3\non_the_books = 20',
        "on_the_books",
        "are 24 people",
    ),
    # inspection
    line("inspection that walks", 'duty = "inspect"\nrule = "random"', "rule", "from team to team"),
    line(
        "inspection of gates",
        'duty = "inspect"\nvisits = [{role = "school_gate"}]',
        "visits",
        "visits the teams of its beat",
    ),
    line("inspection of no length", 'duty = "inspect"\ninspect_min = 0', "inspect_min", "above 0"),
    line("minutes of no inspection", "inspect_min = 10", "inspect_min", 'the duty is "patrol"'),
    line(
        "inspection of one team",
        'per = "team"\nduty = "inspect"\nbeat   = "team"',
        "beat",
        "more than one team",
    ),
    plane(
        "inspection in a plane",
        'rule = "resampled"',
        'duty = "inspect"',
        "policy.roster.anew.rule",
        "no streets",
        at='[[policy.roster]]\nname = "anew"',
    ),
    table("unknown slackers", COMPLIANCE + 'lines = ["pears"]', "policy.compliance.lines.0", 'did you mean "pairs"'),
    table(
        "slackers in a car",
        COMPLIANCE + 'lines = ["cars"]',
        "policy.compliance.lines.0",
        'per = "district" and duty = "patrol"',
        'allowed: "pairs"',
    ),
    table("floor above 1", COMPLIANCE + "floor = 1.5", "policy.compliance.floor", "0 to 1"),
    table("floor of 1", COMPLIANCE + "floor = 1", "policy.compliance.floor", "none that slackens"),
    table("no half-life", COMPLIANCE + "half_life_days = 0", "policy.compliance.half_life_days", "above 0"),
    table(
        "inspected backwards",
        COMPLIANCE + "last_inspected_days = [9, 3]",
        "policy.compliance.last_inspected_days",
        "the least is above the most",
    ),
    # move-up
    table(
        "move-up of an unknown tier",
        '[policy.redeployment]\ntiers = ["comunity"]',
        "policy.redeployment.tiers.0",
        'did you mean "community"',
    ),
    table(
        "move-up of who has no sector",
        '[policy.redeployment]\ntiers  = ["police"]',
        "policy.redeployment.tiers.0",
        "none patrols with a sector for its home",
        'allowed: "community"',
    ),
    table("move-up of nobody", "[policy.redeployment]\ntiers = []", "policy.redeployment.tiers", "is empty"),
    table(
        "move-up to an unknown site",
        '[policy.redeployment]\ntiers = ["community"]\npoint = "site:school_gat"',
        "policy.redeployment.point",
        'did you mean "site:school_gate"',
    ),
    table(
        "move-up in no time",
        '[policy.redeployment]\ntiers = ["community"]\nwithin_min = 0',
        "policy.redeployment.within_min",
        "above 0",
    ),
    edit(
        "cover that nothing asks for",
        SCORE,
        SCORE + "\ncover_standard_min = 4",
        "policy.dispatch.cover_standard_min",
        'score = [{rule = "least_cover_lost"}]',
        at="cover_standard_min = 4",
    ),
    # losses
    loss(
        "loss of an unknown role",
        'site = "school_gat"\nto_h = 3',
        "world.losses.0.site",
        "school_gate",
        at='site = "school_gat"',
    ),
    loss(
        "loss that ends first",
        'site = "school_gate"\nto_h = 1',
        "world.losses.0.to_h",
        "above from_h = 1",
        at="to_h = 1",
    ),
    loss(
        "loss of every gate",
        'site = "school_gate"\nto_h = 3',
        "world.losses.0.site",
        "no school_gate would be left",
        at='site = "school_gate"\n',
    ),
    loss(
        "loss in an unknown sector",
        'site = "school_gate"\nsector = "nort"\nto_h = 3',
        "world.losses.0.sector",
        'did you mean "north"',
        at='sector = "nort"',
    ),
    loss(
        "loss of a third of two",
        'site = "school_gate"\nsector = "north"\nnumber = 3\nto_h = 3',
        "world.losses.0.number",
        "only 2 sites",
        "1 to 2",
        at="number = 3",
    ),
    table(
        "loss that nobody misses",
        LOSS.rstrip() + "\nnumber = 1",
        "world.losses.0.site",
        "nobody would miss it",
        "police_station",
        at='site = "school_gate"',
    ),
    table(
        "loss of the only station",
        '[[world.losses]]\nfrom_h = 1\nto_h = 3\nsite = "police_station"',
        "world.losses.0.site",
        "would be left",
    ),
    table(
        "loss after the run",
        '[[world.losses]]\nsite = "police_station"\nto_h = 9\nfrom_h = 8',
        "world.losses.0.from_h",
        "the run is over by then",
    ),
    # deterrence
    table(
        "deterrence of the unknown",
        '[world.deterrence]\nclasses = ["figth"]',
        "world.deterrence.classes.0",
        'did you mean "fight"',
    ),
    table("deterrence of nothing", "[world.deterrence]\nclasses = []", "world.deterrence.classes", "is empty"),
    table(
        "deterrence from later on",
        DETERRED + "stop = [[5, 0.3], [10, 0.4]]",
        "world.deterrence.stop.0",
        "a stand of no length",
    ),
    table(
        "deterrence that runs back",
        DETERRED + "stop = [[0, 0], [10, 0.3], [10, 0.4]]",
        "world.deterrence.stop.2",
        "minutes above 10",
    ),
    table(
        "deterrence that falls",
        DETERRED + "stop = [[0, 0], [10, 0.3], [15, 0.2]]",
        "world.deterrence.stop.2",
        "falls",
        "0.3 or more",
    ),
    table(
        "deterrence of more than all",
        DETERRED + "stop = [[0, 0], [10, 1.3]]",
        "world.deterrence.stop.1",
        "shares from 0 to 1",
    ),
    table(
        "deterrence by minutes alone", DETERRED + "stop = [[0], [10, 0.3]]", "world.deterrence.stop.0", "a list of 2"
    ),
    table(
        "deterrence by nothing",
        DETERRED + "stop = [[0, 0]]\npass_effect = 0",
        "world.deterrence.pass_effect",
        "neither a pass nor a stop",
    ),
    table("deterrence without decay", DETERRED + "pass_decay_min = 0", "world.deterrence.pass_decay_min", "above 0"),
]
