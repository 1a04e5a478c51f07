"""Name servers: how each is configured for the zones of `zones`, with one thread for UDP, and started."""

import os
import re
import shutil
import subprocess
import time

from . import zones
from .process import Child, free_port
from .wire import ask

GEODATA = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "geodata", "country.mmdb"))


class Server:
    """A server with a folder and a port of its own."""

    name = ""
    program = ""
    # Whether it answers from the client subnet.
    steers = False
    # The name of a zone's file is ORIGIN and this.
    suffix = ""

    def __init__(self, path, folder, workers=1):
        self.path = path
        self.folder = os.path.join(folder, f"{self.name}-{workers}")
        self.zone_folder = os.path.join(self.folder, "zones")
        self.workers = workers
        self.port = free_port()
        self.child = None
        os.makedirs(self.zone_folder)

    @classmethod
    def find(cls):
        """Where the program is; None when it is not installed."""
        return shutil.which(cls.program) or shutil.which(cls.program, path="/usr/sbin:/usr/local/sbin")

    def write_zones(self, big):
        """Writes the zone files and the configuration.

        `big` is the path of a ready big.test, or None to serve it not."""
        self.origins = ["bench.test"]
        zones.write_static(self.zone_folder, self.suffix)
        if self.write_geo():
            self.origins.append("geo.test")
        if big:
            os.link(big, os.path.join(self.zone_folder, "big.test" + self.suffix))
            self.origins.append("big.test")
        self.configure()

    def write_geo(self):
        """Writes geo.test in the server's form; False when it has none."""
        return False

    def configure(self):
        """Writes the configuration."""

    def command(self):
        """The command line."""
        raise NotImplementedError

    def file(self, name, text):
        """Writes a file into the server's folder."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def start(self, cores=None, nice=0):
        """Starts the program."""
        self.child = Child(self.command(), self.folder, cores, nice)

    def endpoint(self, v6=False):
        """Where it answers."""
        return ("::1" if v6 else "127.0.0.1", self.port)

    def target(self, v6=False):
        """The same as `dnsload` takes it."""
        return f"[::1]:{self.port}" if v6 else f"127.0.0.1:{self.port}"

    def probes(self):
        """Names that must have an address before it counts as ready."""
        names = {"bench.test": "h000.bench.test", "big.test": "n00000000.big.test", "geo.test": "www.geo.test"}
        return [names[origin] for origin in self.origins]

    def wait(self, limit, pause=0.05):
        """Waits until it answers from all its zones; raises RuntimeError when it does not."""
        deadline = time.monotonic() + limit
        for probe in self.probes():
            while True:
                answer = ask(self.endpoint(), probe, "A", timeout=pause)
                if answer and answer.rcode == "NOERROR" and answer.records:
                    break
                if not self.child.runs or time.monotonic() > deadline:
                    raise RuntimeError(f"{self.name} does not answer {probe}: {self.child.last_words()}")
                time.sleep(0.005)

    def stop(self):
        """Ends it."""
        if self.child:
            self.child.stop()


class Tern(Server):
    name = program = "tern"
    steers = True
    suffix = ".zone"

    def write_geo(self):
        zones.write_geo_tern(self.zone_folder)
        return True

    def command(self):
        listen = ["--listen", self.target(), "--listen", self.target(v6=True)]
        return [self.path, "serve", "--workers", str(self.workers), "--geoip", GEODATA, *listen, self.zone_folder]


class Echo(Server):
    name = program = "dnsecho"

    def configure(self):
        self.origins = []

    def command(self):
        return [self.path, self.target()]

    def start(self, cores=None, nice=0):
        super().start(cores, nice)
        self.other = Child([self.path, self.target(v6=True)], self.zone_folder, cores, nice)

    def stop(self):
        super().stop()
        self.other.stop()


class Gdnsd(Server):
    name = program = "gdnsd"
    steers = True

    def write_geo(self):
        zones.write_geo_plain(self.zone_folder, data="30 DYNA geoip!www")
        return True

    def configure(self):
        names = ", ".join(region[0] for region in zones.REGIONS)
        areas = ", ".join(f"{region[2]} => [{region[0]}]" for region in zones.REGIONS)
        addresses = ", ".join(f"{region[0]} => {region[1]}" for region in zones.REGIONS)
        threads = f"{{ udp_threads = {self.workers}, tcp_threads = 1 }}"
        self.file(
            "config",
            f"""options => {{
    listen => {{ "127.0.0.1:{self.port}" => {threads}, "[::1]:{self.port}" => {threads} }}
    run_dir = "{self.folder}/run"
    state_dir = "{self.folder}/state"
}}
plugins => {{ geoip => {{
    maps => {{ continents => {{
        geoip2_db = "{GEODATA}"
        datacenters => [{names}]
        map => {{ default => [{zones.DEFAULT_REGION}], {areas} }}
    }} }}
    resources => {{ www => {{ map => continents, service_types => up, dcmap => {{ {addresses} }} }} }}
}} }}
""",
        )

    def command(self):
        return [self.path, "-c", self.folder, "start"]


class Knot(Server):
    name, program = "knot", "knotd"
    steers = True

    def write_geo(self):
        zones.write_geo_plain(self.zone_folder)
        return True

    def configure(self):
        places = "".join(f'  - geo: "{region[2]}"\n    A: {region[1]}\n' for region in zones.REGIONS)
        geo = self.file("geo.conf", "www.geo.test:\n" + places)
        entries = "".join(
            f"  - domain: {origin}\n" + ("    module: mod-geoip/continents\n" if origin == "geo.test" else "")
            for origin in self.origins
        )
        self.file(
            "knot.conf",
            f"""server:
    rundir: "{self.folder}"
    listen: [ 127.0.0.1@{self.port}, ::1@{self.port} ]
    udp-workers: {self.workers}
    tcp-workers: 1
    background-workers: 1
    edns-client-subnet: on
log:
  - target: stderr
    any: warning
database:
    storage: "{self.folder}/db"
mod-geoip:
  - id: continents
    config-file: "{geo}"
    ttl: 30
    mode: geodb
    geodb-file: "{GEODATA}"
    geodb-key: [ continent/code ]
template:
  - id: default
    storage: "{self.zone_folder}"
    file: "%s"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    semantic-checks: off
zone:
{entries}""",
        )

    def command(self):
        return [self.path, "-c", os.path.join(self.folder, "knot.conf")]


class NSD(Server):
    name = program = "nsd"

    def configure(self):
        entries = "".join(f'zone:\n    name: "{origin}"\n    zonefile: "{origin}"\n' for origin in self.origins)
        self.file(
            "nsd.conf",
            f"""server:
    ip-address: 127.0.0.1
    ip-address: ::1
    port: {self.port}
    server-count: {self.workers}
    username: ""
    chroot: ""
    database: ""
    zonesdir: "{self.zone_folder}"
    pidfile: "{self.folder}/nsd.pid"
    xfrdfile: "{self.folder}/xfrd.state"
    xfrdir: "{self.folder}"
    zonelistfile: "{self.folder}/zone.list"
    rrl-ratelimit: 0
    verbosity: 0
remote-control:
    control-enable: no
{entries}""",
        )

    def command(self):
        return [self.path, "-d", "-c", os.path.join(self.folder, "nsd.conf")]


class BIND(Server):
    name, program = "bind", "named"

    def configure(self):
        entries = "".join(
            f'zone "{origin}" {{ type primary; file "zones/{origin}"; notify no; }};\n' for origin in self.origins
        )
        self.file(
            "named.conf",
            f"""options {{
    directory "{self.folder}";
    pid-file "{self.folder}/named.pid";
    session-keyfile "{self.folder}/session.key";
    listen-on port {self.port} {{ 127.0.0.1; }};
    listen-on-v6 port {self.port} {{ ::1; }};
    recursion no;
    allow-query {{ any; }};
    minimal-responses yes;
    zone-statistics none;
    dnssec-validation no;
    empty-zones-enable no;
}};
controls {{ }};
logging {{ category default {{ null; }}; }};
{entries}""",
        )

    def command(self):
        return [self.path, "-f", "-n", str(self.workers), "-c", os.path.join(self.folder, "named.conf")]


class PowerDNS(Server):
    name, program = "pdns", "pdns_server"
    steers = True

    def write_geo(self):
        records = "".join(f"    {region[2].lower()}.r.geo.test:\n    - a: {region[1]}\n" for region in zones.REGIONS)
        self.file(
            "geo.yaml",
            f"""domains:
- domain: geo.test
  ttl: 30
  records:
    geo.test:
    - soa: ns1.geo.test hostmaster.geo.test 1 7200 900 1209600 60
    - ns: ns1.geo.test
    default.r.geo.test:
    - a: {zones.DEFAULT_ADDRESS}
{records}  services:
    www.geo.test: [ "%cn.r.geo.test", "default.r.geo.test" ]
""",
        )
        return True

    def configure(self):
        static = [origin for origin in self.origins if origin != "geo.test"]
        entries = "".join(
            f'zone "{origin}" {{ type master; file "{self.zone_folder}/{origin}"; }};\n' for origin in static
        )
        bind = self.file("zones.conf", entries)
        self.file(
            "pdns.conf",
            f"""launch=bind,geoip
bind-config={bind}
bind-check-interval=0
geoip-zones-file={self.folder}/geo.yaml
geoip-database-files=mmdb:{GEODATA}
edns-subnet-processing=yes
local-address=127.0.0.1, ::1
local-port={self.port}
receiver-threads={self.workers}
distributor-threads=1
socket-dir={self.folder}
daemon=no
guardian=no
loglevel=1
""",
        )

    def command(self):
        return [self.path, f"--config-dir={self.folder}"]


PEERS = [Gdnsd, Knot, NSD, BIND, PowerDNS]


def version(path):
    """The version that the program tells; empty when it tells none."""
    for flag in ("-V", "-v", "--version"):
        try:
            result = subprocess.run([path, flag], capture_output=True, text=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        match = re.search(r"\b\d+\.\d+(\.\d+)+\b", result.stdout + result.stderr)
        if match:
            return match.group(0)
    return ""
