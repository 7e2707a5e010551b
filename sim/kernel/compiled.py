"""``compiled``: numba's ``njit`` for the kernel's inner functions, so that the first compile takes seconds, not
minutes.

Three things, each measured: a constant argument is passed as a plain int64, since numba would compile a function
again for every constant (``schedule(b, 12, …)``, ``schedule(b, 13, …)``); no wrappers for callers outside compiled
code are made; and an inner function is neither optimised nor turned into machine code by itself, since it is linked
into ``advance`` and optimised in full there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from numba import config, njit
from numba.core.codegen import JITCodeLibrary
from numba.core.types import unliteral


class _LinkedOnly(JITCodeLibrary):
    """Intermediate code that is only ever linked into other code. This leans on numba's insides: every test
    of the kernel fails where a version of numba has others. ``constraints.txt`` names the version that is tested."""

    def _optimize_final_module(self) -> None:
        """Left to the code that links it."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@contextmanager
def _linked_only(codegen: Any) -> Iterator[None]:
    before = codegen._library_class, codegen.set_env
    codegen._library_class, codegen.set_env = _LinkedOnly, lambda name, environment: None
    try:
        yield
    finally:
        codegen._library_class, codegen.set_env = before


def compiled(function: Callable) -> Any:
    """Compile when first called from compiled code, for the types of the arguments, never for their values.

    The result cannot be called from Python; ``advance`` and its neighbours can.
    """
    if config.DISABLE_JIT:
        return function
    dispatcher = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")(function)
    template_for = dispatcher.get_call_template

    def get_call_template(arguments, keywords):
        plain = {name: unliteral(kind) for name, kind in dict(keywords).items()}
        with _linked_only(dispatcher.targetctx.codegen()):
            return template_for(tuple(unliteral(kind) for kind in arguments), plain)

    dispatcher.get_call_template = get_call_template
    return dispatcher


def codes(*members: IntEnum) -> tuple[int, ...]:
    """The numbers of these members, for ``A, B = codes(Kind.A, Kind.B)``: compiled code knows plain integers only."""
    return tuple(int(member) for member in members)
