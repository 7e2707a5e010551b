"""Which lines of a roster slacken as their last inspection recedes."""

from __future__ import annotations

from sim.scenario.schema import RosterLine, ScenarioFile

WALKING = ("patrol", "peak", "standby")  #: duties that leave room for slackening: nobody watches


def may_slacken(line: RosterLine) -> bool:
    """Whether a line is of teams that patrol on their own."""
    return line.per == "team" and line.duty in WALKING


def slackening(spec: ScenarioFile) -> tuple[str, ...]:
    """The names of the lines that do: those of ``policy.compliance.lines`` or, where it names none, all that may."""
    rule = spec.policy.compliance
    if rule is None:
        return ()
    return tuple(rule.lines) or tuple(line.name for line in spec.policy.roster if may_slacken(line))
