"""Effects that nobody has proven: off unless a scenario switches them on, and then named wherever results are shown."""

from __future__ import annotations

from sim.scenario.schema import ScenarioFile


def hypotheses(spec: ScenarioFile) -> tuple[str, ...]:
    """The hypotheses that are on, each a sentence without full stop."""
    fatigue = spec.policy.fatigue
    if fatigue is None or not (fatigue.turnout_per_h or fatigue.work_per_h):
        return ()
    return (
        f"hypothesis on: fatigue; after {fatigue.from_h:g} h on duty each full hour makes turnout "
        f"{100 * fatigue.turnout_per_h:g} % and work {100 * fatigue.work_per_h:g} % longer",
    )
