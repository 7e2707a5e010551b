"""All measures of one replication (odd.md rules 21, 22, 30, 31, 34, 35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.backlog import backlog_rows
from sim.measures.catalogue import TARGETS_MIN
from sim.measures.changeover import MEMBERS, changeover_codes, changeover_rows
from sim.measures.cost import cost_rows
from sim.measures.coverage import probe_rows, street_rows
from sim.measures.duties import duty_rows
from sim.measures.equity import sector_rows
from sim.measures.facts import incident_facts
from sim.measures.places import is_plane
from sim.measures.response import response_rows
from sim.measures.rows import Sample
from sim.measures.work import assignment_rows, work_rows
from sim.scenario.joint import first_part
from sim.tables import Forces, Labels, Records, World
from sim.vocabulary import StreetKind

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile

__all__ = ["Sample", "measure", "targets"]


def targets(spec: ScenarioFile) -> tuple[float, ...]:
    """The marks of the ``within_N_min_share`` measures: 1, 3 and 5 minutes and those of the scenario, ascending."""
    return tuple(sorted({*TARGETS_MIN, *(float(target) for target in spec.run.targets_min)}))


def measure(world: World, forces: Forces, labels: Labels, records: Records, spec: ScenarioFile) -> Sample:
    """The measures of one replication, not pooled yet: ``summarise`` and ``overall`` make numbers of them.

    In a plane nobody passes anything, so that the source ``streets`` is left out; ``visits`` where there is no point
    to visit, ``inspections`` where none is of a team; and ``equity`` where there is one sector. The standard of a joint
    unit is that of its higher part.
    """
    standard_min = [first_part(spec, name).standard_min for name in labels.tiers]
    facts = incident_facts(world, forces, records)
    members = {
        "tier": labels.tiers,
        "class": labels.classes,
        "priority": ("1", "2", "3"),
        "sector": labels.sectors,
        "hour": tuple(str(hour) for hour in range(24)),
        "street_kind": tuple(kind.name.lower() for kind in StreetKind),
        "on_view": ("on_view",),
        "purpose": ("demand", "residents", "ambient"),
        "role": labels.sites,
        "changeover": MEMBERS,
    }
    rows = {
        **backlog_rows(world, facts),
        **response_rows(
            facts,
            records.stop_us,
            targets(spec),
            standard_min,
            changeover_codes(world, forces, facts, spec.policy.changeover_window_min),
        ),
        **probe_rows(world, records, spec.probes.standard_min),
        **({} if is_plane(world.plane) else street_rows(world, records)),
        **work_rows(world, forces, records),
        **assignment_rows(facts, forces, records),
        **duty_rows(world, forces, records),
        **changeover_rows(world, forces, records),
        **sector_rows(world, facts, records, spec),
        **cost_rows(world, forces, labels, facts, records, spec),
    }
    return Sample(world.replication, members, rows)
