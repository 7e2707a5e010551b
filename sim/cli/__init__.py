"""The command line. Each command is a module with ``run(args) -> exit code``, imported when it is asked for."""

from sim.cli.main import entry, main

__all__ = ["entry", "main"]
