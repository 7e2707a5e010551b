"""Work spread over processes, its results taken in the order of the work, whoever finished first."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

#: One thread a process: replications are what runs side by side.
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
AHEAD = 2  #: pieces of work a worker has waiting, so that memory does not grow with the number of replications


class WorkerDiedError(RuntimeError):
    """A worker process ended without an answer."""

    def __init__(self) -> None:
        super().__init__(
            "a worker process ended abruptly, perhaps for want of memory: try fewer workers (in a script of your own, "
            'call simulate with workers only below `if __name__ == "__main__":`)'
        )


@contextmanager
def processes(workers: int, start: Callable[..., None], arguments: tuple) -> Iterator[Executor]:
    """Fresh processes, ``start(*arguments)`` run in each. An exception, Ctrl-C too, ends them at once."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # read by libraries when a new process loads them
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_deaf_to_ctrl_c, initargs=(start, arguments)
    )
    try:
        yield pool
        pool.shutdown()
    except BaseException as error:
        running = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.terminate()
        if isinstance(error, BrokenProcessPool):
            raise WorkerDiedError from error
        raise
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _deaf_to_ctrl_c(start: Callable[..., None], arguments: tuple) -> None:
    """Ctrl-C reaches the whole process group; only the parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    start(*arguments)


def in_order(pool: Executor, function: Callable[[Any], Any], work: Iterable[Any], ahead: int) -> Iterator[Any]:
    """``function`` of every piece of work, in the order of the work, with at most ``ahead`` pieces handed out."""
    waiting: deque[Future] = deque()
    for piece in work:
        waiting.append(pool.submit(function, piece))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
