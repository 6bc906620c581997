"""The eight queries of the endpoint's bench, and what makes wrk send them, repeated or each one once."""

import json
from pathlib import Path
from typing import Final
from urllib.parse import quote

from diaspora_influence.terms import PREFIXES

HEADER: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dio", "id", "claim", "rdfs"))
MIX: Final = tuple(
    HEADER + query
    for query in (
        "ASK { id:kremlin a dio:StateOrgan }",
        "SELECT ?label { id:gruppa-24 rdfs:label ?label }",
        "SELECT ?p ?o { id:union-of-georgians-in-russia ?p ?o }",
        "SELECT ?organisation ?creator { ?organisation dio:createdBy ?creator }",
        "SELECT ?claim ?holder { ?claim a dio:CreationClaim ; dio:certainty dio:alleged ; dio:heldBy ?holder } LIMIT 20",
        "SELECT ?certainty (COUNT(?claim) AS ?claims) { ?claim dio:inCase id:case-georgia ; dio:certainty ?certainty }"
        " GROUP BY ?certainty ORDER BY ?certainty",
        "SELECT ?thing ?label { id:kremlin dio:reportedlyRelatedTo ?thing . ?thing rdfs:label ?label }"
        " ORDER BY ?label LIMIT 50",
        "CONSTRUCT WHERE { claim:gruppa-24-instrument-of-russia ?p ?o }",
    )
)
"""Three questions about one thing, three joins, one count, one graph."""
ACCEPT: Final = {False: "application/sparql-results+json", True: "application/n-triples"}
"""What is asked for: rows, and, where the query makes a graph, triples. Each peer writes both."""

# A query is made another by a comment at its end that holds a serial number and the run's own mark: no
# cache of any peer has it, and the engine's work is the same.
LUA: Final = """
local targets = {targets}
local accepts = {accepts}
local distinct = {distinct}
local ready, serial, at = {{}}, 0, 0
init = function()
  for i, target in ipairs(targets) do
    ready[i] = wrk.format("GET", target, {{ ["Accept"] = accepts[i] }})
  end
end
request = function()
  at = at % #targets + 1
  if not distinct then return ready[at] end
  serial = serial + 1
  return wrk.format("GET", targets[at] .. "%0A%23{mark}x" .. serial, {{ ["Accept"] = accepts[at] }})
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {{"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "errors": %d}}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def is_graph(query: str) -> bool:
    """Say whether *query* gives triples."""
    return query.removeprefix(HEADER).startswith("CONSTRUCT")


def accept(query: str) -> str:
    """Return the media type that is asked of *query*."""
    return ACCEPT[is_graph(query)]


def target(path: str, query: str) -> str:
    """Return the request's target: *path*, which may hold parameters already, with *query*."""
    return f"{path}{'&' if '?' in path else '?'}query={quote(query, safe='')}"


def write_script(file: Path, targets: list[str], distinct: bool, mark: str) -> None:
    """Write what wrk runs: *targets* in turn, each as it is or each with *mark* and a number of its own."""
    script = LUA.format(
        targets=table(targets), accepts=table([accept(query) for query in MIX]),
        distinct="true" if distinct else "false", mark=mark,
    )  # fmt: skip
    file.write_text(script, "utf-8")


def table(texts: list[str]) -> str:
    """Return a Lua table of *texts*, which hold no quotes and no line ends."""
    return "{" + ", ".join(json.dumps(text) for text in texts) + "}"
