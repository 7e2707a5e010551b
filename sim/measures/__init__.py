"""What a replication leaves behind, as tables and as measures: pure functions of world, forces and records."""

from sim.measures.catalogue import MEASURES, Measure
from sim.measures.frames import frames
from sim.measures.rows import Sample
from sim.measures.sample import measure
from sim.measures.summary import overall, summarise, value_of

__all__ = ["MEASURES", "Measure", "Sample", "frames", "measure", "overall", "summarise", "value_of"]
