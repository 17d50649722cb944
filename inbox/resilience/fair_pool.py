"""A thread pool of which no consumer takes more than a quarter: more of their calls wait until earlier ones end."""

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from inbox.resilience.bulkhead import share

T = TypeVar("T")
Queue = deque[tuple[Future[Any], Callable[[], Any]]]


class FairPool:
    """Threads are created when needed, `threads` of them at most. Thread-safe."""

    def __init__(self, threads: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)
        self._share = share(threads)
        self._lock = Lock()
        self._workers: Counter[int] = Counter()  # Threads that work on a consumer's queue.
        self._queues: dict[int, Queue] = {}

    def submit(self, consumer_id: int, call: Callable[[], T]) -> Future[T]:
        """The call's future, which can be cancelled until a thread takes it up."""
        future: Future[T] = Future()
        with self._lock:
            self._queues.setdefault(consumer_id, deque()).append((future, call))
            if self._workers[consumer_id] < self._share:
                self._workers[consumer_id] += 1
                self._pool.submit(self._work, consumer_id)
        return future

    def _work(self, consumer_id: int) -> None:
        """Make the consumer's calls until none waits."""
        while task := self._next(consumer_id):
            future, call = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001  result() raises it again, as with an executor.
                future.set_exception(error)

    def _next(self, consumer_id: int) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._lock:
            if queue := self._queues.get(consumer_id):
                return queue.popleft()
            self._workers[consumer_id] -= 1
            if not self._workers[consumer_id]:
                del self._workers[consumer_id]
                self._queues.pop(consumer_id, None)
            return None
