"""What can be typed: commands, options, and the help that shows them. Imports nothing that takes time."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

DESCRIPTION = """\
Roundsman simulates who comes, how fast, and how well streets are covered when several
tiers of forces keep a district safe. It compares cover; it is not for choosing whom to stop.
"""

EXAMPLES = """\
examples:
  python run.py simulate scenarios/ordinary_day.toml --replications 10
  python run.py new night_shift
  python run.py check scenarios/*.toml
"""


class UsageError(Exception):
    """Arguments that cannot be used; the text says why."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and never guesses from abbreviations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}; see {self.prog} --help")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments as names; ``module`` says which command runs. Raises ``UsageError``."""
    parser, commands = _parsers()
    words = [word for word in arguments if not word.startswith("-")]
    if not arguments:
        parser.print_help()
        raise UsageError("run.py: which command?")
    if words and words[0] not in commands and arguments[0] == words[0]:
        raise UsageError(f'run.py: there is no command "{words[0]}"{_meant(words[0], list(commands))}')
    args, unknown = parser.parse_known_args(arguments)
    if unknown:
        command = commands.get(getattr(args, "command", None) or "", parser)
        raise UsageError(f"{command.prog}: {_unknown(unknown[0], command)}; see {command.prog} --help")
    return args


def _meant(word: str, known: list[str]) -> str:
    from sim.scenario.errors import nearest

    near = nearest(word, known)
    return f'; did you mean "{near}"?' if near else f"; there are: {', '.join(known)}"


def _unknown(word: str, command: argparse.ArgumentParser) -> str:
    if not word.startswith("-"):
        return f'"{word}" is one argument too many'
    name = word.partition("=")[0]
    options = [option for action in command._actions for option in action.option_strings if option.startswith("--")]
    return f'there is no option "{name}"{_meant(name, options)}'


def whole(low: int, high: int):
    """An argument type: a whole number within bounds."""

    def number(text: str) -> int:
        try:
            value = int(text) if len(text) < 20 else high + 1
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f'"{text[:40]}" is no whole number from {low} to {high}')
        return value

    return number


def _parsers() -> tuple[Parser, dict[str, argparse.ArgumentParser]]:
    parser = Parser(prog="run.py", description=DESCRIPTION, epilog=EXAMPLES)
    parser.add_argument("--traceback", action="store_true", help="show where a fault of the program happened")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")

    def command(name: str, module: str, does: str, *examples: str) -> argparse.ArgumentParser:
        text = "example:\n" + "\n".join(f"  python run.py {example}" for example in examples)
        made = commands.add_parser(name, help=does, description=does[:1].upper() + does[1:] + ".", epilog=text)
        made.set_defaults(module=module)
        made.add_argument("--traceback", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        return made

    one = command(
        "simulate",
        "simulate",
        "simulate a scenario and write tables, figures and a report",
        "simulate scenarios/ordinary_day.toml --replications 10",
        "simulate scenarios/ordinary_day.toml --set world.demand.scale=1.2 --out results/busier",
    )
    one.add_argument("scenario", metavar="SCENARIO", help="a scenario file, or the name of one in scenarios/")
    one.add_argument(
        "--replications", type=whole(1, 100_000), metavar="N", help="days to simulate (default: as the file says)"
    )
    one.add_argument(
        "--seed", type=whole(0, 0xFFFFFFFF), metavar="N", help="same seed, same days (default: as the file says)"
    )
    _set_option(one)
    one.add_argument("--workers", type=whole(1, 1024), default=1, metavar="N", help="processes at work (default: 1)")
    one.add_argument(
        "--keep",
        choices=("measures", "incidents", "all"),
        default="incidents",
        help="what is kept of every replication and not only of the first: measures, with them incidents and "
        "assignments (default), or also states and legs",
    )
    one.add_argument("--out", metavar="DIR", help="where the results go (default: results/NAME)")
    one.add_argument("--quiet", action="store_true", help="print nothing but what goes wrong")

    one = command("new", "new", "start a scenario of your own from the ordinary day", "new night_shift")
    one.add_argument("name", metavar="NAME", help="its name, or the path of a file that does not exist yet")

    one = command(
        "check", "check", "say whether scenario files can be simulated, and what is wrong", "check scenarios/*.toml"
    )
    one.add_argument("files", metavar="FILE", nargs="+", help="scenario files")
    _set_option(one)

    one = command(
        "show",
        "show",
        "print a scenario as it is after extends, overrides and defaults",
        "show scenarios/ordinary_day.toml --key policy.tiers.police --origins",
    )
    one.add_argument("scenario", metavar="SCENARIO", help="a scenario file, or the name of one in scenarios/")
    one.add_argument("--key", metavar="PATH", help="only this part, such as world.demand")
    one.add_argument("--origins", action="store_true", help="say after each value where it was written")
    _set_option(one)

    command("schema", "schema", "print the JSON Schema of scenario files, for editors", "schema > scenario.schema.json")
    command("list", "listing", "list the scenarios and the policies that they can choose from", "list")
    command("doctor", "doctor", "look for what may go wrong on this machine", "doctor")

    one = command(
        "verify",
        "verify",
        "hold the program to cases whose answers are known",
        "verify --quick",
        "verify --only erlang_c_ten two_units_half",
    )
    one.add_argument("--quick", action="store_true", help="wider intervals, in less than two minutes on two cores")
    one.add_argument("--only", nargs="+", metavar="NAME", help="only these cases (default: all)")
    one.add_argument("--out", metavar="DIR", help="where the table and the page go (default: results/verify)")
    one.add_argument("--workers", type=whole(1, 1024), metavar="N", help="processes at work (default: all processors)")
    one.add_argument(
        "--seed", type=whole(0, 0xFFFFFFFF), default=1, metavar="N", help="same seed, same days (default: 1)"
    )

    one = command(
        "report", "report", "draw the figures and the report of a results folder again", "report results/ordinary_day"
    )
    one.add_argument("folder", metavar="DIR", help="a results folder")
    return parser, dict(commands.choices)


def _set_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="another value for a key, such as world.demand.scale=1.2 (can be given more than once)",
    )
