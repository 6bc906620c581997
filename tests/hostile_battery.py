"""What a hostile client sends to `/sparql`, and which statuses are an honest answer to it.

200 is one only where the whole answer comes; that is checked by whoever sends.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_from_bytes, urlencode

Address = tuple[str, int]
Reply = tuple[int, bytes]
"""Status and body; 0 where the server hung up without a word, or was hung up on."""

REFUSED: Final = frozenset({400, 413})
FORBIDDEN: Final = frozenset({403})
OVER: Final = frozenset({504, 507})
SERVED: Final = frozenset({200})
UNREAD: Final = frozenset({0})
LOOPBACK: Final = (
    "http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://127.1:1/", "http://0x7f000001:1/",
    "http://2130706433:1/", "http://10.0.0.1/", "http://192.168.0.1/", "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One attack: how it is sent, and which statuses are honest."""

    send: Callable[[Address], Reply]
    honest: frozenset[int]


def exchange(address: Address, *parts: bytes, finish: bool = True, wait: float = 30.0) -> Reply:
    """Send *parts* on a connection of their own; return the reply, of which a server may close early."""
    with socket.create_connection(address, timeout=wait) as line:
        try:
            for part in parts:
                line.sendall(part)
            if finish:
                line.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        except (ConnectionError, TimeoutError):
            return 0, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.") else 0), body


def post(
    text: str | bytes, media_type: str = "application/sparql-query", more: str = ""
) -> Callable[[Address], Reply]:
    """Return what posts *text* to `/sparql`."""
    body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    head = (
        f"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {media_type}\r\n{more}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return lambda address: exchange(address, head.encode(), body, finish=False)


def get(target: str) -> Callable[[Address], Reply]:
    """Return what gets *target*."""
    head = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: */*\r\n\r\n"
    return lambda address: exchange(address, head.encode("latin-1"), finish=False)


def ask(honest: frozenset[int], query: str) -> Case:
    """Return the case of a query in a body."""
    return Case(post(query), honest)


def leave(address: Address) -> Reply:
    """Ask what takes long, and hang up."""
    with socket.create_connection(address, timeout=10) as line:
        line.sendall(f"GET /sparql?{urlencode({'query': PRODUCT})} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return 0, b""


def half_close(address: Address) -> Reply:
    """Close the sending half before the answer is there: legal, and answered."""
    target = f"GET /sparql?{urlencode({'query': 'ASK {}'})} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    return exchange(address, target.encode())


def stall(address: Address) -> Reply:
    """Promise a body, send a part of it, and hang up."""
    with socket.create_connection(address, timeout=10) as line:
        line.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK"
        )
    return 0, b""


PATTERN: Final = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
PRODUCT: Final = f"SELECT (COUNT(*) AS ?n) {{ {PATTERN} }}"
GROW: Final = " ".join(f"BIND(CONCAT(?s{i}, ?s{i}) AS ?s{i + 1})" for i in range(60))
BIG: Final = f"'{'x' * 60_000}'"


def nested(opening: str, closing: str, depth: int) -> str:
    """Return a query with brackets *depth* deep around an expression or a pattern."""
    inside = "1" if opening == "(" else ""
    group = f"{opening * depth}{inside}{closing * depth}"
    return f"SELECT * {{ FILTER {group} }}" if opening == "(" else f"SELECT * {group}"


def chain(link: str, piece: str, count: int, around: str) -> str:
    """Return a query with *count* pieces in a row."""
    return around.replace("…", link.join([piece] * count))


BATTERY: Final[dict[str, Case]] = {
    **{
        f"{10**power} nested {name}": ask(REFUSED, nested(*pair, 10**power))
        for name, pair in {"parentheses": "()", "braces": "{}"}.items()
        for power in (2, 3, 5)
    },
    **{
        f"a chain of {count} {link.strip()}": ask(REFUSED, chain(link, piece, count, around))
        for count in (300, 20_000)
        for link, piece, around in (
            ("||", "?a", "SELECT * { ?a ?b ?c FILTER(…) }"),
            ("/", "a:", "PREFIX a: <x:> SELECT * { ?a … ?c }"),
            (" UNION ", "{}", "SELECT * { … }"),
            (" OPTIONAL ", "{}", "SELECT * { {} OPTIONAL … }"),
        )
    },
    "100,000 rows of VALUES": ask(REFUSED, f"SELECT * {{ VALUES ?a {{ {'1 ' * 100_000} }} }}"),
    "8,000 rows of VALUES, joined": ask(
        SERVED | OVER, f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {'1 ' * 8000} }} VALUES ?b {{ {'2 ' * 8000} }} }}"
    ),
    "a product, counted": ask(OVER, PRODUCT),
    "a product, ordered": ask(OVER, f"SELECT * {{ {PATTERN} }} ORDER BY ?l ?i ?f"),
    "a product, distinct": ask(OVER, f"SELECT DISTINCT * {{ {PATTERN} }}"),
    "a product, sent whole": ask(OVER, f"SELECT * {{ {PATTERN} }}"),
    "a product, in a graph": ask(OVER, f"CONSTRUCT {{ ?a ?e ?l }} WHERE {{ {PATTERN} }}"),
    "GROUP_CONCAT of everything": ask(OVER, f"SELECT (GROUP_CONCAT(STR(?a)) AS ?t) {{ {PATTERN} }}"),
    "CONCAT that doubles": ask(OVER, f"SELECT (STRLEN(?s60) AS ?n) {{ BIND('xxxxxxxxxx' AS ?s0) {GROW} }}"),
    "everything by any path": ask(OVER | SERVED, "SELECT (COUNT(*) AS ?n) { ?a (<x:p>|!<x:p>)* ?b . ?b (<x:p>|!<x:p>)* ?c }"),
    "a path back and forth": ask(OVER | SERVED, "SELECT (COUNT(*) AS ?n) { ?a (!<x:p>/^!<x:p>)+ ?b }"),
    "a pattern that backtracks": ask(
        SERVED | OVER, f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c FILTER REGEX('{'a' * 5000}', '^(a+)+$') }}"
    ),
    "a pattern of great counts": ask(
        SERVED | OVER, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER REGEX(STR(?c), '(((x{99}){99}){99}){99}') }"
    ),
    "a giant literal": ask(SERVED, f"SELECT (STRLEN({BIG}) AS ?n) {{}}"),
    "a literal over the limit": ask(REFUSED, f"SELECT ({BIG[:-1]}{BIG[1:]} AS ?t) {{}}"),
    "a giant literal, repeated": ask(OVER, f"SELECT (CONCAT({BIG}, STR(?a)) AS ?t) {{ ?a ?b ?c . ?d ?e ?f }}"),
    **{f"SERVICE to {iri}": ask(FORBIDDEN, f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}") for iri in LOOPBACK},
    "SERVICE in a variable": ask(FORBIDDEN, f"SELECT * {{ BIND(<{LOOPBACK[0]}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}"),
    "SERVICE by an escape": ask(FORBIDDEN, f"SELECT * {{ \\u0053ERVICE <{LOOPBACK[0]}> {{ ?s ?p ?o }} }}"),
    "SERVICE by a long escape": ask(FORBIDDEN, f"SELECT * {{ SERV\\U00000049CE <{LOOPBACK[0]}> {{ }} }}"),
    "SERVICE in a subquery": ask(FORBIDDEN, f"SELECT * {{ {{ SELECT * {{ SERVICE SILENT <{LOOPBACK[0]}> {{}} }} }} }}"),
    "SERVICE in EXISTS": ask(FORBIDDEN, f"ASK {{ FILTER EXISTS {{ SERVICE <{LOOPBACK[0]}> {{}} }} }}"),
    "FROM over HTTP": ask(SERVED, f"SELECT * FROM <{LOOPBACK[0]}> {{ ?s ?p ?o }}"),
    "FROM a file": ask(SERVED, "SELECT * FROM <file:///etc/passwd> FROM NAMED <file:///etc/hosts> { ?s ?p ?o }"),
    "LOAD over HTTP": ask(FORBIDDEN, f"LOAD <{LOOPBACK[0]}>"),
    "LOAD of a file": ask(FORBIDDEN, "LOAD SILENT <file:///etc/passwd> INTO GRAPH <x:g>"),
    "DROP in a form": Case(post("update=DROP%20ALL", "application/x-www-form-urlencoded"), FORBIDDEN),
    "DROP as an update": Case(post("DROP ALL", "application/sparql-update"), FORBIDDEN),
    "bytes that are not UTF-8": Case(post(b"ASK { ?s ?p '\xff\xfe' }"), REFUSED),
    "the same in an address": Case(get(f"/sparql?query=ASK%20{quote_from_bytes(bytes([0xFF]))}"), REFUSED),
    "a NUL": ask(REFUSED, "ASK { ?s ?p '\0' }"),
    "a lone surrogate": ask(REFUSED, "ASK { ?s ?p '\ud800' }"),
    "an escaped surrogate": ask(REFUSED, "ASK { ?s ?p '\\ud800' }"),
    "a header in the format": Case(
        get("/sparql?query=ASK%20%7B%7D&format=json%0d%0aSet-Cookie:%20a=b"), frozenset({406})
    ),
    "a header in the path": Case(get("/sparql%0d%0aSet-Cookie:%20a=b"), frozenset({400, 404})),
    "two queries": Case(get("/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D"), REFUSED),
    "two formats": Case(get("/sparql?query=ASK%20%7B%7D&format=json&format=xml"), SERVED),
    "ten thousand parameters": Case(get(f"/sparql?query=ASK%20%7B%7D{'&a=1' * 1500}"), REFUSED),
    "another charset": Case(post("ASK {}", "application/sparql-query; charset=utf-16"), frozenset({415})),
    "a bomb of gzip": Case(post(b"\x1f\x8b", more="Content-Encoding: gzip\r\n"), frozenset({400, 415})),
    "a client that leaves": Case(leave, UNREAD),
    "a client that closes its half": Case(half_close, SERVED | UNREAD),
    "a client that stalls": Case(stall, UNREAD),
}  # fmt: skip
"""Name to case."""
