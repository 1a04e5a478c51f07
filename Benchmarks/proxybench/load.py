"""Loads that are put on a proxy, and what the proxy spends on them."""

import os
import re
import subprocess
import time

from dnsbench.process import descendants, prepare, status

UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6}
TICKS = os.sysconf("SC_CLK_TCK")


class Usage:
    """CPU time of a process with its threads and children, in microseconds."""

    def __init__(self, pid):
        self.user = self.system = self.exact = 0.0
        for process in descendants(pid):
            try:
                with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                self.user += int(fields[11]) * 1e6 / TICKS
                self.system += int(fields[12]) * 1e6 / TICKS
                for task in os.listdir(f"/proc/{process}/task"):
                    with open(f"/proc/{process}/task/{task}/schedstat", encoding="ascii") as file:
                        self.exact += int(file.read().split()[0]) / 1e3
            except OSError:
                continue

    def since(self, before, requests):
        """Microseconds for each request: by the scheduler's clock, and how that divides, by the kernel's tick."""
        exact = (self.exact - before.exact) / requests
        user, system = self.user - before.user, self.system - before.system
        share = user / (user + system) if user + system else 0
        return {"us": exact, "user_us": exact * share, "system_us": exact * (1 - share)}


def resident(pid):
    """Resident memory of a process and its children in MiB."""
    return sum(status(process, "VmRSS") for process in descendants(pid)) / 1024


def saturate(service, case, seconds, core, nice):
    """As many requests as the proxy answers, by wrk: each connection asks anew as soon as it is answered."""
    command = ["wrk", "--threads", "1", "--connections", str(case.connections), "--duration", f"{seconds}s", "--latency"]
    if case.closes:
        command += ["--header", "Connection: close"]
    before, started = Usage(service.child.process.pid), time.monotonic()
    text = run(command + [service.url(case.path)], seconds, core, nice)
    after, took = Usage(service.child.process.pid), time.monotonic() - started
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    faults = sum(int(count) for count in errors.groups()) if errors else 0
    # With Connection: close the end of a connection is what wrk calls a read error.
    if case.closes and errors:
        faults -= int(errors.group(2))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    result = after.since(before, max(1, requests))
    result["rate"] = requests / took
    result["faults"] = faults + (int(refused.group(1)) if refused else 0)
    result["p50_us"], result["p99_us"] = percentile(text, 50), percentile(text, 99)
    result["rss_mib"] = resident(service.child.process.pid)
    result["requests"] = requests
    return result


def percentile(text, number):
    """A percentile of the latency that wrk tells, in microseconds."""
    match = re.search(rf"^\s+{number}%\s+([\d.]+)(us|ms|s)\s*$", text, re.MULTILINE)
    return float(match.group(1)) * UNITS[match.group(2)] if match else None


def paced(service, case, seconds, rate, core, nice, log):
    """Requests at a rate, by h2load, which spaces the requests of each connection evenly."""
    command = ["h2load", "--h1", "--threads", "1", "--clients", str(case.connections), "--max-concurrent-streams", "1"]
    command += ["--rps", f"{max(1, rate / case.connections):.1f}", "--duration", str(seconds), "--warm-up-time", "1"]
    if os.path.exists(log):
        os.unlink(log)
    run(command + ["--log-file", log, service.url(case.path)], seconds + 1, core, nice)
    latencies = []
    with open(log, encoding="ascii") as file:
        for line in file:
            fields = line.split()
            if len(fields) == 3 and fields[1] == "200":
                latencies.append(int(fields[2]))
    latencies.sort()
    count = len(latencies)
    if count < rate * seconds / 2:
        return {"p50_us": None, "p99_us": None}
    return {"p50_us": latencies[count // 2], "p99_us": latencies[count * 99 // 100]}


def run(command, seconds, core, nice):
    """The output of a load program on a core."""
    return subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 30,
        start_new_session=True,
        preexec_fn=prepare({core}, nice),
    ).stdout
