"""The command line of Roundsman: ``python run.py --help``."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything is imported that older versions cannot read
    sys.exit("run.py: needs Python 3.11 or newer")

if __name__ == "__main__":
    try:
        from sim.cli import entry
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(entry())
