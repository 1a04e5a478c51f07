"""Processes that are started for a measurement, and ended by their ids."""

import os
import signal
import socket
import subprocess
import sys
import time


def exit_on_sigterm():
    """Makes SIGTERM end the program as an exception does, so that what it has started is ended, too; a second one finds
    that under way and is ignored."""

    def leave(_number, _frame):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, leave)


def free_port():
    """A port that is free for UDP and TCP on both loopback addresses."""
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                for family, kind, address in (
                    (socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1"),
                    (socket.AF_INET6, socket.SOCK_DGRAM, "::1"),
                    (socket.AF_INET6, socket.SOCK_STREAM, "::1"),
                ):
                    with socket.socket(family, kind) as other:
                        other.bind((address, port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


def prepare(cores, nice):
    """What a child does before it becomes the program: stays on `cores`, takes its priority if it may.

    It has a session of its own, because Linux shares the processor among sessions first; so the session, too, gets the
    priority."""

    def run():
        if cores:
            os.sched_setaffinity(0, cores)
        if nice:
            try:
                os.setpriority(os.PRIO_PROCESS, 0, nice)
                with open("/proc/self/autogroup", "w", encoding="ascii") as file:
                    file.write(str(nice))
            except OSError:
                pass

    return run


def descendants(pid):
    """The process and its children, theirs included."""
    found = [pid]
    for parent in found:
        try:
            tasks = os.listdir(f"/proc/{parent}/task")
        except OSError:
            continue
        for task in tasks:
            try:
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as file:
                    found += [int(child) for child in file.read().split()]
            except OSError:
                continue
    return found


def status(pid, field):
    """A field of /proc/PID/status in KiB; 0 when it cannot be read."""
    return _kibibytes(f"/proc/{pid}/status", field)


def proportional_set_size(pid):
    """Memory in KiB with shared pages divided among those that share them; 0 when it cannot be read."""
    return _kibibytes(f"/proc/{pid}/smaps_rollup", "Pss")


def _kibibytes(path, field):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


class Child:
    """A process in the foreground, its output in a file."""

    def __init__(self, command, folder, cores=None, nice=0):
        self.log = os.path.join(folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=prepare(cores, nice),
            )

    @property
    def pids(self):
        return descendants(self.process.pid)

    @property
    def runs(self):
        return self.process.poll() is None

    def last_words(self):
        """The end of what it wrote."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()[-800:].strip()

    def stop(self):
        """Asks it to end; after ten seconds it and its children are made to."""
        pids = self.pids
        if self.runs:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        deadline = time.monotonic() + 2
        for pid in pids[1:]:
            while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
                time.sleep(0.01)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
