"""The zones that every server answers from.

bench.test  1000 names with an A record, and a wildcard
geo.test    one name, `www`, whose address depends on the client's continent
big.test    a million names with an A record (or as many as asked for)
z*.test     many small zones
"""

import os

# Region, its address, the continents whose clients it takes, and where it lies.
REGIONS = [
    ("na", "192.0.2.1", "NA", "39.04,-77.49"),
    ("sa", "192.0.2.2", "SA", "-23.55,-46.63"),
    ("eu", "192.0.2.3", "EU", "50.11,8.68"),
    ("as", "192.0.2.4", "AS", "1.35,103.82"),
    ("af", "192.0.2.5", "AF", "-33.92,18.42"),
    ("oc", "192.0.2.6", "OC", "-33.87,151.21"),
]
DEFAULT_REGION, DEFAULT_ADDRESS = REGIONS[0][:2]

STATIC_NAMES = 1000
BIG_NAMES = 1_000_000

_HEAD = """$TTL 300
@ IN SOA ns1 hostmaster 1 7200 900 1209600 60
@ IN NS ns1
ns1 IN A 192.0.2.53
"""


def _file(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(_HEAD)
        file.writelines(line + "\n" for line in lines)
    return path


def write_static(folder, suffix=""):
    """Writes bench.test, named as the server wants it."""
    lines = [f"h{n:03} IN A 192.0.2.{n % 250 + 1}" for n in range(STATIC_NAMES)]
    return _file(folder, "bench.test" + suffix, lines + ["*.wild IN A 192.0.2.250"])


def write_big(folder, suffix="", names=BIG_NAMES):
    """Writes big.test."""
    lines = (f"n{n:08} IN A 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(names))
    return _file(folder, "big.test" + suffix, lines)


def write_small(folder, number, address="192.0.2.1"):
    """Writes one of many small zones, in one step for who reads it; returns its name."""
    name = f"z{number:06}.test"
    path = os.path.join(folder, name + ".zone")
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(_HEAD)
        file.write(f"@ IN MX 10 mail\nmail IN A 192.0.2.25\n@ IN A {address}\nwww IN A {address}\n")
    os.rename(path + ".new", path)
    return name


def write_geo_plain(folder, suffix="", data=f"30 IN A {DEFAULT_ADDRESS}"):
    """Writes geo.test with one line of the server's own at `www`."""
    return _file(folder, "geo.test" + suffix, [f"www {data}"])


def write_geo_tern(folder):
    """Writes geo.test with regions and a steered name."""
    lines = []
    for name, address, continent, place in REGIONS:
        lines.append(f"{name} REGION at={place} covers=continent:{continent}")
        lines.append(f"{name} IN A {address}")
    lines.append("www 30 STEER geo " + " ".join(region[0] for region in REGIONS))
    return _file(folder, "geo.test.zone", lines)
