"""``compiled``: numba's ``njit`` for the kernel's inner functions, so that the first compile takes seconds, not
minutes.

Three things, each measured: a constant argument is passed as a plain int64, since numba would compile a function
again for every constant (``schedule(b, 12, …)``, ``schedule(b, 13, …)``); no wrappers for callers outside compiled
code are made; and an inner function is optimised lightly, since it is linked into its callers and optimised in full
there.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from numba import config, njit
from numba.core.types import unliteral

_LIGHT = type(config.OPT)(1)


def compiled(function: Callable) -> Any:
    """Compile when first called from compiled code, for the types of the arguments, never for their values.

    Without a wrapper the function cannot be called from Python; ``advance`` and its neighbours can.
    """
    if config.DISABLE_JIT:
        return function
    dispatcher = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")(function)
    template_for = dispatcher.get_call_template

    def get_call_template(arguments, keywords):
        plain = {name: unliteral(kind) for name, kind in dict(keywords).items()}
        before, config.OPT = config.OPT, _LIGHT
        try:
            return template_for(tuple(unliteral(kind) for kind in arguments), plain)
        finally:
            config.OPT = before

    dispatcher.get_call_template = get_call_template
    return dispatcher


def codes(*members: IntEnum) -> tuple[int, ...]:
    """The numbers of these members, for ``A, B = codes(Kind.A, Kind.B)``: compiled code knows plain integers only."""
    return tuple(int(member) for member in members)
