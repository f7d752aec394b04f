"""Tasks in processes of this machine, for work that holds Python's lock; threads are in `run`.

Owns when processes are worth their start, and what is said when one of them dies. Loky starts them: it does
not load the user's script a second time, as Python's own would, and does not copy a process with threads.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TypeVar

from onrecord.corpus.run import Mapper, Pause, in_order, on_threads

Task = TypeVar("Task")
Result = TypeVar("Result")

ENOUGH = 500
"""Documents that take as long as the start of a process does."""


MANY = 50
"""Of so many documents one has to be judged: else all that is done with the others takes much longer."""


def for_documents(number: int, total: int, mapper: Mapper) -> Mapper:
    """What runs tasks with so many of all documents, where `mapper` runs the others."""
    if number < max(ENOUGH, total // MANY):
        return one_by_one
    return in_processes if mapper is on_threads else mapper


def one_by_one(function: Callable[[Task], Result], tasks: Iterable[Task | Pause]) -> Iterator[Result]:
    """Each task when its result is asked for."""
    return (function(task) for task in tasks if not isinstance(task, Pause))


def in_processes(function: Callable[[Task], Result], tasks: Iterable[Task | Pause]) -> Iterator[Result]:
    """Tasks on as many processes as there are cores, in this one if there is one core.

    Raises OSError where a process dies.
    """
    # Loads NumPy, which small corpora do without.
    from joblib.externals.loky import ProcessPoolExecutor, cpu_count

    workers = cpu_count()
    if workers < 2:
        yield from one_by_one(function, tasks)
        return
    pool = ProcessPoolExecutor(workers)
    try:
        yield from in_order(partial(pool.submit, function), tasks, lambda: 2 * workers, Future[Result].result)
    except BrokenProcessPool as error:
        raise OSError(
            "a process that compared records has died, most likely for want of memory: nothing is complete"
        ) from error
    finally:
        # To kill processes that are still at work would upset loky's own thread.
        pool.shutdown(wait=True)
