"""Several processes of the desk before one database: gunicorn -c deploy/gunicorn.conf.py 'portal.commands.wsgi:desk()'.

With systemd the socket is held by systemd (loket.socket): whatever dies, connections wait in line and none is refused.
"""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from gunicorn.workers.gthread import ThreadWorker

OUTLIVES = 15.0
"""Seconds that a process goes on without its master: longer than systemd needs to start another."""


ENDS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})
LOOKS_EACH = 0.5
"""Seconds after which a process that is to stop looks again whether anything is left to be answered."""


class Steady(ThreadWorker):
    """A process that serves on while its master was killed and the next one starts, at the same socket; then it goes.

    It stops as soon as all that was asked is answered. By itself gunicorn (26.2) takes the whole `graceful_timeout` in two cases.
    While a client holds on to a connection on which it asks nothing more: it looks at those only when something comes. And when
    it is told to stop while it begins: until it listens to signals itself, it notes them as the master does it was copied from.
    """

    alone_since = None
    noted = None
    """What signals came before this process listened to them by itself: the list of the master, as it was copied with it."""

    def run(self):
        while self.noted is not None and not self.noted.empty():
            if self.noted.get_nowait() in ENDS:
                self.alive = False
        super().run()

    def wait_for_and_dispatch_events(self, timeout):
        if not self.alive:
            self.let_idle_go()
        super().wait_for_and_dispatch_events(min(timeout, LOOKS_EACH))

    def let_idle_go(self):
        """Close the connections on which nothing was asked."""
        for conn in (*self.keepalived_conns, *self.pending_conns):
            conn.timeout = 0
        self.murder_keepalived()
        self.murder_pending()

    def is_parent_alive(self):
        if self.ppid == os.getppid():
            return True
        self.alone_since = self.alone_since or time.monotonic()
        return time.monotonic() - self.alone_since < OUTLIVES


bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WORKERS", "3"))
worker_class = Steady
threads = 8  # as many as the brake of each process counts with: portal/platform/brake.py
preload_app = True  # read once, shared by all: a process that died is back in a fraction of a second
backlog = 1024

# What one client may take of the server. The web server before it closes who is slow.
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190
keepalive = 5
timeout = 120  # of a process that says nothing at all; a request has its own limits
graceful_timeout = 30
max_requests = 20_000  # then a process is made anew, not all at once
max_requests_jitter = 2_000
forwarded_allow_ips = ""  # who the client is, the desk itself decides: PROXY_HOPS
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # in memory: no disk holds up a sign of life

# One line per request comes from the desk itself, as JSON and without addresses or tokens.
accesslog = None
errorlog = "-"
loglevel = "warning"

# Each process counts in a file of its own. In memory: what was counted before a start is over.
counted_in = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix="loket-counted-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = counted_in
Path(counted_in).mkdir(parents=True, exist_ok=True)
for old in Path(counted_in).glob("*.db"):
    old.unlink(missing_ok=True)


def post_fork(server, worker):
    """A connection to the database belongs to one process: what the parent opened is left to the parent."""
    from portal.commands.wsgi import begin_process

    worker.noted = server.SIG_QUEUE
    begin_process(worker.app.wsgi())


def child_exit(_server, worker):
    """What a process counted stays counted; what it said of itself does not."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server):
    """Leave no folder behind."""
    if "loket-counted-" in counted_in:
        shutil.rmtree(counted_in, ignore_errors=True)
