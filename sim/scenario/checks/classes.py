"""Classes of incidents, each for itself: durations, shares, what they refer to."""

from __future__ import annotations

import math

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.sites import site_total
from sim.scenario.errors import UNSET, listed
from sim.scenario.lines import Path
from sim.scenario.schema import Duration, IncidentClass, PlaneSpace, ScenarioFile

LONGEST_MIN = 1e9  #: 1,900 years; longer ones, lengthened by factors, would overflow the clock
LONGEST_WALK_M = 100_000
TAIL = 8.3  #: no normal number made of a 53-bit uniform one goes further from 0

FIELDS = {
    "lognormal": ("median_min", "sigma"),
    "exponential": ("mean_min",),
    "constant": ("value_min",),
    "empirical": ("values_min",),
}
OPTIONAL = {"empirical": ("weights",)}


def check_classes(spec: ScenarioFile, findings: Findings) -> None:
    world = spec.world
    if not any(kind.share for kind in world.classes.values()):
        findings.add(
            ("world", "classes"), "no class has a share above 0", allowed="a share above 0 for at least one class"
        )
    for name, kind in world.classes.items():
        _class(spec, ("world", "classes", name), kind, findings)
    check_duration(("world", "custody"), world.custody, findings)


def _class(spec: ScenarioFile, path: Path, kind: IncidentClass, findings: Findings) -> None:
    world = spec.world
    findings.table((*path, "profile"), kind.profile, world.profiles, "profile")
    if kind.profile and not any(kind.profile.values()):
        findings.add((*path, "profile"), "all weights are 0", allowed="a weight above 0 for at least one profile")
    if kind.weekly is not None:
        findings.name((*path, "weekly"), kind.weekly, world.weekly, "weekly profile")
    if findings.role((*path, "place"), kind.place, ("streets",), world.sites):
        _has_sites(spec, (*path, "place"), kind.place, findings)
    check_duration((*path, "work"), kind.work, findings)
    check_duration((*path, "report"), kind.report, findings)
    for key in ("lifetime", "patience"):
        duration = getattr(kind, key)
        if duration is not None:
            check_duration((*path, key), duration, findings)
            _not_always_zero((*path, key), duration, findings)
    if kind.off_model:
        check_duration((*path, "off_model", "arrives"), kind.off_model.arrives, findings)
    for share in ("never_called_share", "gone_share"):
        if getattr(kind, share) > 0 and kind.lifetime is None:
            said = f"is missing: with {share} above 0 an incident may be over by itself, and this says when"
            allowed = 'a duration, such as {distribution = "exponential", mean_min = 30}'
            findings.add((*path, "lifetime"), said, allowed=allowed)
    total = sum(kind.endings.values())
    if total > 1 + 1e-9:
        findings.add(
            (*path, "endings"), f"the shares sum to {total:.6g}", allowed="a sum of at most 1; the rest is resolved"
        )
    _worsens(spec, path, kind, findings)
    _moves(spec, path, kind, findings)


def _worsens(spec: ScenarioFile, path: Path, kind: IncidentClass, findings: Findings) -> None:
    if kind.worsens is None:
        return
    findings.table((*path, "worsens", "to"), kind.worsens.to, spec.world.classes, "class")
    if not any(kind.worsens.to.values()):
        findings.add((*path, "worsens", "to"), "all weights are 0", allowed="a weight above 0 for at least one class")


def _moves(spec: ScenarioFile, path: Path, kind: IncidentClass, findings: Findings) -> None:
    if kind.moves is None:
        return
    moves, here = kind.moves, (*path, "moves")
    if isinstance(spec.world.space, PlaneSpace):
        if moves.share > 0:
            said = "in a plane there are no streets to walk, and incidents stay where they are"
            findings.add(here, said, allowed="share = 0, or no moves")
        return
    if findings.role((*here, "to"), moves.to, ("random",), spec.world.sites):
        _has_sites(spec, (*here, "to"), moves.to, findings)
    if moves.distance_m[0] > moves.distance_m[1]:
        findings.add((*here, "distance_m"), "the least is above the most", list(moves.distance_m), "[least, most]")
    if moves.distance_m[1] > LONGEST_WALK_M:
        allowed = f"up to {LONGEST_WALK_M:,} m"
        findings.add((*here, "distance_m"), "too far to walk", list(moves.distance_m), allowed)
    if moves.share > 0 and not any(mode.walks for mode in spec.world.modes.values()):
        findings.add(here, "moving incidents go by foot", allowed="a mode with walks = true in world.modes")


def _has_sites(spec: ScenarioFile, path: Path, role: str, findings: Findings) -> None:
    if role in spec.world.sites and not site_total(spec, role):
        findings.add(path, "there are 0 sites of this role", role)


def _not_always_zero(path: Path, duration: Duration, findings: Findings) -> None:
    """Something that is over before it begins is a key that was meant to be left out."""
    for key in ("mean_min", "value_min", "values_min"):
        value = getattr(duration, key)
        if value is not None and not any(value if isinstance(value, list) else [value]):
            findings.add((*path, key), "is 0, always", allowed=f"above 0; leave {path[-1]} out where there is none")


def check_duration(path: Path, duration: Duration, findings: Findings) -> None:
    """Whether a duration is complete, of one kind, and within what the clock can hold."""
    kind, given = duration.distribution, {key for key, value in duration if value is not None} - {"distribution"}
    wanted = FIELDS[kind]
    written = findings.source.value((*path, "distribution")) is not UNSET
    is_kind = f'is "{kind}"' if written else f'is left out, which means "{kind}"'
    meant = next((word for word, keys in FIELDS.items() if given and given <= {*keys, *OPTIONAL.get(word, ())}), kind)
    if meant != kind and given >= set(FIELDS[meant]):
        said = f'{is_kind}, and what is given makes it "{meant}": {listed(sorted(given))}'
        findings.add((*path, "distribution"), said, allowed=f'distribution = "{meant}" with them, or {listed(wanted)}')
        return
    owners = [word for word, keys in FIELDS.items() if given & {*keys, *OPTIONAL.get(word, ())}]
    if not written and len(owners) > 1 and not given >= set(wanted):
        said = f"{is_kind}, and what is given is for several distributions: {listed(sorted(given))}"
        allowed = "; ".join(f'{listed(FIELDS[word])} with distribution = "{word}"' for word in owners)
        findings.add((*path, "distribution"), said, allowed=allowed)
        return
    for key in wanted:
        if key not in given:
            default = "" if written else " (which it is when left out)"
            said = f'is missing: distribution = "{kind}"{default} needs {listed(wanted)}'
            findings.add((*path, key), said)
    optional = OPTIONAL.get(kind, ())
    for key in sorted(given - set(wanted) - set(optional)):
        owner = next((word for word, keys in FIELDS.items() if key in keys), "empirical")
        said = f'is for the distribution "{owner}", and this one is "{kind}"'
        findings.add((*path, key), said, allowed=listed((*wanted, *optional)))
    if kind == "lognormal" and duration.median_min is not None and duration.sigma is not None:
        if duration.median_min <= 0:
            allowed = 'a number above 0, or distribution = "constant" with value_min = 0'
            findings.add((*path, "median_min"), "a lognormal duration has no median of 0", allowed=allowed)
        elif math.log(duration.median_min) + TAIL * duration.sigma > math.log(LONGEST_MIN):
            most = (math.log(LONGEST_MIN) - math.log(duration.median_min)) / TAIL
            said = "so wide a spread gives durations of thousands of years"
            findings.add((*path, "sigma"), said, allowed=f"up to {most:.2f} with this median")
    if kind == "empirical" and duration.weights is not None:
        if duration.values_min is not None and len(duration.weights) != len(duration.values_min):
            said = f"{len(duration.weights)} weights for {len(duration.values_min)} values"
            findings.add((*path, "weights"), said, allowed="one weight a value")
        elif not any(duration.weights):
            findings.add((*path, "weights"), "all weights are 0", allowed="at least one weight above 0")
