"""Effects that nobody has proven: off unless a scenario switches them on, and then named wherever results are shown."""

from __future__ import annotations

from sim.scenario.schema import ScenarioFile


def hypotheses(spec: ScenarioFile) -> tuple[str, ...]:
    """The hypotheses that are on, each a sentence without full stop."""
    return tuple(said for said in (_deterrence(spec), _fatigue(spec)) if said)


def _fatigue(spec: ScenarioFile) -> str:
    fatigue = spec.policy.fatigue
    if fatigue is None or not (fatigue.turnout_per_h or fatigue.work_per_h):
        return ""
    return (
        f"hypothesis on: fatigue; after {fatigue.from_h:g} h on duty each full hour makes turnout "
        f"{100 * fatigue.turnout_per_h:g} % and work {100 * fatigue.work_per_h:g} % longer"
    )


def _deterrence(spec: ScenarioFile) -> str:
    rule = spec.world.deterrence
    if rule is None:
        return ""
    minutes, most = max(rule.stop, key=lambda point: point[1])
    return (
        f"hypothesis on: deterrence of {', '.join(rule.classes)}; a patrol that has stood on a street for {minutes:g} "
        f"min keeps off {100 * most:g} % there, one that has just passed {100 * rule.pass_effect:g} %; the effects "
        f"fade by 1 / e in {rule.stop_decay_min:g} and {rule.pass_decay_min:g} min"
    )
