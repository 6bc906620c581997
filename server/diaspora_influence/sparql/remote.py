"""Another endpoint, asked by the same request: a whole answer in the format asked for, or an error."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from diaspora_influence import __version__
from diaspora_influence.dial import reason
from diaspora_influence.errors import InputError
from diaspora_influence.sparql.client import Answer
from diaspora_influence.sparql.errors import RemoteError, RemoteRefusal
from diaspora_influence.sparql.formats import Format, find
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.spool import too_many_bytes

CUT: Final = ("X-SPARQL-MaxRows", "X-SQL-State")
"""Headers by which Virtuoso admits that an answer with status 200 is a part of one."""
PROBLEM_BYTES: Final = 65_536
SHOWN: Final = 300
"""How many characters of an error are shown that is no problem document."""


def ask(endpoint: str, request: SparqlRequest, wanted: Format, limits: Limits) -> Answer:
    """Return the answer of *endpoint* to *request* in *wanted*.

    Raises InputError for what is no URL, RemoteRefusal for a query that the endpoint will not have,
    RemoteError for all else that is not a whole answer, AnswerTooLarge for more than is read.
    """
    if urlsplit(endpoint).scheme not in ("http", "https"):
        raise InputError(f"{endpoint}: an endpoint has a URL with http or https")
    call = urllib.request.Request(endpoint, data=form(request), headers=headers(wanted))
    try:
        with urllib.request.urlopen(call, timeout=limits.time) as response:
            return answer(response, wanted, limits)
    except urllib.error.HTTPError as error:
        with error:
            raise refused(error) from None
    except (OSError, http.client.HTTPException) as error:
        raise RemoteError(f"{endpoint}: {reason(error)}.") from error


def form(request: SparqlRequest) -> bytes:
    """Return the body of a POST: what every endpoint reads, whatever the length."""
    graphs = [("default-graph-uri", iri) for iri in request.default_graphs]
    graphs += [("named-graph-uri", iri) for iri in request.named_graphs]
    return urlencode([("query", request.query), *graphs]).encode()


def headers(wanted: Format) -> dict[str, str]:
    """Return the headers of a question for *wanted*."""
    return {
        "Accept": wanted.media_type,
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": f"diaspora-influence/{__version__}",
    }


def answer(response: http.client.HTTPResponse, wanted: Format, limits: Limits) -> Answer:
    """Return the whole body of *response*, once it has proved to be that."""
    body = whole_body(response, wanted, limits.bytes)
    if body is None:
        raise too_many_bytes(limits)
    return Answer(wanted.media_type, body, rows(body, wanted))


def whole_body(response: http.client.HTTPResponse, wanted: Format, most: int) -> bytes | None:
    """Return the body of an answer in *wanted*, None where it has more than *most* bytes.

    Raises RemoteError for another status than 200, another format, and for a part that passes for the whole.
    """
    if response.status != http.HTTPStatus.OK:
        raise RemoteError(f"The endpoint answered {response.status} {response.reason}, which is no answer.")
    if cut := [name for name in CUT if response.headers.get(name)]:
        raise RemoteError(
            f"The endpoint sent a part of the answer only ({cut[0]}: {response.headers[cut[0]]})."
        )
    media_type = response.headers.get_content_type()
    if find(media_type, (wanted,)) is None:
        raise RemoteError(f"The endpoint answered with {media_type} where {wanted.media_type} was asked for.")
    body = response.read(most + 1)
    if len(body) > most:
        return None
    if response.length:  # http.client tells of it only where all was to be read
        raise RemoteError(f"The endpoint broke off {response.length} bytes before the end of its answer.")
    return body


def rows(body: bytes, wanted: Format) -> int:
    """Return the rows of *body*; RemoteError where it does not parse as *wanted*, so was cut."""
    try:
        return counted(body, wanted)
    except (SyntaxError, ValueError) as error:
        raise RemoteError(f"The endpoint's answer is no whole {wanted.media_type}: {error}.") from error


def counted(body: bytes, wanted: Format) -> int:
    """Return how many rows or triples *body* holds; a line of CSV, which has no grammar, is one."""
    if isinstance(wanted.engine, ox.RdfFormat):
        return sum(1 for _ in ox.parse(body, format=wanted.engine))
    if wanted.engine == ox.QueryResultsFormat.CSV:
        return max(1, body.count(b"\n") - 1)
    results = ox.parse_query_results(body, format=wanted.engine)
    return 1 if isinstance(results, ox.QueryBoolean) else sum(1 for _ in results)


def refused(error: urllib.error.HTTPError) -> RemoteError:
    """Return what the endpoint says is wrong: as a problem document, or in the text that it sends."""
    content = error.read(PROBLEM_BYTES)
    kind = RemoteRefusal if error.code < http.HTTPStatus.INTERNAL_SERVER_ERROR else RemoteError
    said = f"The endpoint answered {error.code} {error.reason}"
    try:
        problem = json.loads(content) if "json" in error.headers.get_content_type() else {}
    except ValueError:
        problem = {}
    if isinstance(problem, dict) and isinstance(problem.get("detail"), str):
        return kind(
            f"{said}: {problem['detail']}",
            **{name: read(problem.get(name)) for name, read in MEMBERS.items()},
        )
    text = " ".join(content.decode(errors="replace").split())[:SHOWN]
    return kind(f"{said}: {text}" if text and "html" not in error.headers.get_content_type() else f"{said}.")


def whole(value: object) -> int | None:
    """Return *value* where it is a whole number."""
    return value if isinstance(value, int) else None


def sentence(value: object) -> str | None:
    """Return *value* where it is a text."""
    return value if isinstance(value, str) else None


MEMBERS: Final[dict[str, Callable[[object], Any]]] = {
    "line": whole, "column": whole, "limit": sentence, "hint": sentence,
}  # fmt: skip
"""The members of a problem document that are taken over, each with its reader."""
