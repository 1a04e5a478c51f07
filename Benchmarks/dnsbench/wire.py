"""Just enough of DNS to ask a question and to compare what came back."""

import random
import socket
import struct
from typing import NamedTuple

RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
TYPES = {"A": 1, "SOA": 6, "AAAA": 28}


class Answer(NamedTuple):
    """RCODE, AA, and the sorted data of the answer section's records of the type asked."""

    rcode: str
    authoritative: bool
    records: tuple


def ask(endpoint, name, rrtype, subnet=None, timeout=1.0):
    """Asks `endpoint`, an (address, port), over UDP; None without an answer in time."""
    query_id = random.getrandbits(16)
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label)
    question += b"\0" + struct.pack(">HH", TYPES[rrtype], 1)
    option = b""
    if subnet:
        address, length = subnet.split("/")
        octets = socket.inet_aton(address)[: (int(length) + 7) // 8]
        option = struct.pack(">HHHBB", 8, 4 + len(octets), 1, int(length), 0) + octets
    opt = struct.pack(">BHHIH", 0, 41, 1232, 0, len(option)) + option
    query = struct.pack(">6H", query_id, 0, 1, 0, 0, 1) + question + opt
    family = socket.AF_INET6 if ":" in endpoint[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asker:
        asker.settimeout(timeout)
        asker.connect(endpoint)
        try:
            asker.send(query)
            response = asker.recv(4096)
        except OSError:
            return None
    if len(response) < 12 or response[:2] != query[:2]:
        return None
    return _read(response, TYPES[rrtype])


def _read(response, rrtype):
    _, flags, questions, answers = struct.unpack_from(">4H", response)
    offset = 12
    for _ in range(questions):
        offset = _skip_name(response, offset) + 4
    records = []
    for _ in range(answers if flags & 0x8000 else 0):
        offset = _skip_name(response, offset)
        found, _, _, length = struct.unpack_from(">HHIH", response, offset)
        offset += 10
        if found == rrtype:
            records.append(response[offset : offset + length])
        offset += length
    return Answer(RCODES.get(flags & 15, str(flags & 15)), bool(flags & 0x0400), tuple(sorted(records)))


def _skip_name(message, offset):
    while message[offset] != 0:
        if message[offset] >= 0xC0:
            return offset + 2
        offset += 1 + message[offset]
    return offset + 1
