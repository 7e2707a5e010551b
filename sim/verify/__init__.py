"""The program proves itself: the ordinary engine on cases whose answers are known (``run.py verify``)."""

from sim.verify.case import Case, Day, Quantity
from sim.verify.judge import FAILURES, Comparison, Verdict
from sim.verify.run import verify

__all__ = ["FAILURES", "Case", "Comparison", "Day", "Quantity", "Verdict", "verify"]
