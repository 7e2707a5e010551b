"""``compiled``: numba's ``njit`` for the kernel's inner functions, one compilation for each.

Numba compiles a function again for every constant that it is called with (``schedule(b, 12, …)``, ``schedule(b, 13, …)``), which
makes a minute of what takes seconds. Here a constant is passed as a plain int64.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from numba import config, njit
from numba.core.types import unliteral


def compiled(function: Callable) -> Callable:
    """Compile when first called from compiled code, for the types of the arguments, never for their values."""
    if config.DISABLE_JIT:
        return function
    dispatcher = njit(function)
    template_for = dispatcher.get_call_template

    def get_call_template(arguments, keywords):
        plain = {name: unliteral(kind) for name, kind in dict(keywords).items()}
        return template_for(tuple(unliteral(kind) for kind in arguments), plain)

    dispatcher.get_call_template = get_call_template
    return dispatcher


def codes(*members: IntEnum) -> tuple[int, ...]:
    """The numbers of these members, for ``A, B = codes(Kind.A, Kind.B)``: compiled code knows plain integers only."""
    return tuple(int(member) for member in members)
