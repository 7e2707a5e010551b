"""``schema``: the JSON Schema of scenario files, for editors that complete and underline."""

from __future__ import annotations

import argparse
import json

from sim.cli.main import DONE
from sim.scenario.shape import file_schema


def run(args: argparse.Namespace) -> int:
    print(json.dumps(file_schema(), indent=2, ensure_ascii=True))
    return DONE
