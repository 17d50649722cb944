"""How a process ends without failing anybody."""

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):  # type: ignore[misc]  # Gunicorn has no types.
    """Told to end, it first takes in the connections that wait, then refuses others.

    Gunicorn's own goes on listening until it has finished what it was doing, and takes nothing in: requests that come
    in that time would wait, and then be dropped. A proxy that is refused asks another instance at once. A socket of
    systemd's stays open: there, requests wait for the next process.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not (enabled or self.alive):
            for listener in self.sockets:
                self._take_in_all(listener)
                listener.close()

    def _take_in_all(self, listener: object) -> None:
        taken = -1
        while taken != self.nr_conns:
            taken = self.nr_conns
            self.accept(listener)
