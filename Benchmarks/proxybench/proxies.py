"""Proxies and the origin behind them: how each is configured to do the same work with one thread, and started."""

import http.client
import os
import shutil
import time

from dnsbench.process import Child, free_port

SMALL = "A" * 127 + "\n"
LARGE = 100 * 1024


class Service:
    """A program that answers HTTP on a port of its own."""

    name = program = ""

    def __init__(self, path, folder, origin=None):
        self.path = path
        self.folder = os.path.join(folder, self.name)
        self.origin = origin
        self.port = free_port()
        self.child = None
        os.makedirs(self.folder)

    @classmethod
    def find(cls):
        """Where the program is; None when it is not installed."""
        return shutil.which(cls.program) or shutil.which(cls.program, path="/usr/sbin:/usr/local/sbin")

    @property
    def environment(self):
        """Variables that the program is given beside the usual ones."""
        return {}

    def configure(self):
        """Writes the configuration."""

    def command(self):
        """The command line."""
        raise NotImplementedError

    def file(self, name, text):
        """Writes a file into the folder."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def start(self, cores, nice):
        """Starts it and waits until it answers as the origin does; raises RuntimeError when it does not."""
        self.configure()
        variables = [f"{key}={value}" for key, value in self.environment.items()]
        command = (["/usr/bin/env", *variables] if variables else []) + self.command()
        self.child = Child(command, self.folder, cores, nice)
        deadline = time.monotonic() + 20
        while self.get("/small") != SMALL.encode() or len(self.get("/large") or b"") != LARGE:
            if not self.child.runs or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not answer: {self.child.last_words()}")
            time.sleep(0.05)

    def get(self, path):
        """The body of a response; None when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.read() if response.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def url(self, path):
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        """Ends it."""
        if self.child:
            self.child.stop()


class Nginx(Service):
    """As a proxy: keeps connections to the origin, says who the client is, logs nothing."""

    name = program = "nginx"

    def server(self):
        return f"""
    upstream origin {{ server 127.0.0.1:{self.origin.port}; keepalive 1024; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{self.port} reuseport backlog=4096;
        location / {{
            proxy_pass http://origin;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto http;
        }}
    }}"""

    def configure(self):
        self.configuration = self.file(
            "nginx.conf",
            f"""daemon off;
user root;
worker_processes 1;
pid {self.folder}/nginx.pid;
error_log stderr crit;
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; multi_accept on; }}
http {{
    access_log off;
    default_type text/plain;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    client_body_temp_path {self.folder}/body;
    proxy_temp_path {self.folder}/proxy;
    fastcgi_temp_path {self.folder}/fastcgi;
    uwsgi_temp_path {self.folder}/uwsgi;
    scgi_temp_path {self.folder}/scgi;
{self.server()}
}}
""",
        )

    def command(self):
        return [self.path, "-p", self.folder, "-c", self.configuration]


class Origin(Nginx):
    """Answers at once: a small body from memory, a large one from a file that is kept open."""

    name = "origin"

    def server(self):
        self.file("large", "B" * LARGE)
        return f"""
    sendfile on;
    open_file_cache max=10;
    server {{
        listen 127.0.0.1:{self.port} reuseport backlog=4096;
        location = /small {{ return 200 "{SMALL.strip()}\\n"; }}
        location = /large {{ root {self.folder}; }}
    }}"""


class HAProxy(Service):
    name = program = "haproxy"

    def configure(self):
        self.configuration = self.file(
            "haproxy.cfg",
            f"""global
    nbthread 1
    maxconn 8192
defaults
    mode http
    option forwardfor
    http-reuse safe
    retries 2
    timeout connect 3s
    timeout client 60s
    timeout server 60s
    timeout http-request 10s
frontend front
    bind 127.0.0.1:{self.port} backlog 4096
    http-request set-header X-Forwarded-Proto http
    default_backend origin
backend origin
    server origin 127.0.0.1:{self.origin.port} pool-max-conn -1
""",
        )

    def command(self):
        return [self.path, "-db", "-f", self.configuration]


class Caddy(Service):
    name = program = "caddy"

    @property
    def environment(self):
        return {"GOMAXPROCS": "1", "XDG_DATA_HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "HOME": self.folder}

    def configure(self):
        self.configuration = self.file(
            "Caddyfile",
            f"""{{
    admin off
    auto_https off
    log {{
        output discard
    }}
}}
http://127.0.0.1:{self.port} {{
    bind 127.0.0.1
    reverse_proxy 127.0.0.1:{self.origin.port} {{
        transport http {{
            keepalive_idle_conns 2048
            keepalive_idle_conns_per_host 2048
        }}
    }}
}}
""",
        )

    def command(self):
        return [self.path, "run", "--adapter", "caddyfile", "--config", self.configuration]


class Tern(Service):
    name = program = "tern"

    def configure(self):
        self.zone = self.file(
            "bench.test.zone",
            f"""$ORIGIN bench.test.
$TTL 60
@ SOA ns1 hostmaster 1 7200 900 1209600 60
@ NS ns1
ns1 A 127.0.0.1
www STEER failover here
here REGION at=0,0
here A 127.0.0.1
_http._tcp.here POOL check=tcp interval=2s
_http._tcp.here SRV 0 1 {self.origin.port} app.here
app.here A 127.0.0.1
""",
        )

    def command(self):
        listen = f"127.0.0.1:{self.port}"
        return [self.path, "proxy", "--no-config", "--region", "here", "--threads", "1", "--listen", listen, self.zone]


PEERS = [Nginx, HAProxy, Caddy]
