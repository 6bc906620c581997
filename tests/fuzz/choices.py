"""What else a run is told: configuration files, baselines, names of files, combinations of flags."""

import json
from typing import Any, Final

from hypothesis import strategies as st

from diaspora_influence.validate.baseline import KIND, VERSION
from diaspora_influence.validate.choices import WEIGHTS
from diaspora_influence.validate.options import KEYS
from diaspora_influence.validate.reports.outputs import FORMATS
from fuzz.documents import edited, edits, files
from fuzz.harness import Job
from fuzz.shapes import HEAD

SHAPES: Final = (
    HEAD + "<urn:S> a sh:NodeShape ; sh:targetSubjectsOf rdf:type ; sh:closed true ; sh:message 'no' .\n"
)
NAMES: Final = ["data.ttl", "shapes.ttl", ".", "*.ttl", "**", "[", "nowhere.ttl", "-", "", "a=b", "x" * 300, "../data.ttl", "..", "http://127.0.0.1:9/x", "sub",
                "/dev/null", "é.ttl", "a\nb.ttl", "nul\0.ttl", "dio.toml", "base.json", "~", "$HOME", "json=x.json", "sarif=-", "=", "html=data.ttl", "json=../x.json", "sub/x.json", "file:///etc/passwd"]  # fmt: skip
names = st.sampled_from(NAMES)
scalars: st.SearchStrategy[Any] = st.one_of(
    names,
    st.booleans(),
    st.integers(-1, 3),
    st.sampled_from([*FORMATS, *WEIGHTS, "auto", "fast", "pyshacl", "turtle", "jsonld"]),
    st.just(1.5),
)
values = (
    scalars
    | st.lists(scalars, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "validate"]), scalars, max_size=1)
)
TABLES: Final = [
    "[validate]",
    "[tool.dio.validate]",
    "[tool.dio]\nvalidate = 1\n[x]",
    "[[validate]]",
    "",
    "[validate.validate]",
    "[tool]\ndio = []",
]


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Draw a configuration, some of it no TOML."""
    keys = st.sampled_from([*KEYS, "file", "outputs", "context_files", "é"])
    rows = draw(st.lists(st.tuples(keys, values), max_size=4))
    said = draw(st.sampled_from(TABLES[:2] * 3 + TABLES))
    lines = [f"{json.dumps(key)} = {written(value)}" for key, value in rows]
    content = "\n".join([said, *lines, ""]).encode()
    for edit in draw(st.lists(edits, max_size=1 if draw(st.booleans()) else 0)):
        content = edited(content, edit)
    return content[: 1 << 16]


def written(value: Any) -> str:
    """Return *value* as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value).replace("\x7f", "\\u007f")


@st.composite
def baselines(draw: st.DrawFn) -> bytes:
    """Draw a baseline, some of it no JSON."""
    row = st.fixed_dictionaries(
        {
            "fingerprint": st.text(max_size=3) | scalars,
            "count": scalars,
            "file": names,
            "finding": st.text(max_size=3),
        }
    )
    rows: Any = draw(st.lists(row | scalars, max_size=3) | scalars)
    whole = {
        "kind": draw(st.sampled_from([KIND, KIND, "x"])),
        "version": draw(st.sampled_from([VERSION, VERSION, 2, None])),
        "findings": rows,
    }
    content = json.dumps(draw(st.sampled_from([whole, whole, whole, rows]))).encode()
    for edit in draw(st.lists(edits, max_size=2)):
        content = edited(content, edit)
    return content[: 1 << 16]


FLAGS: Final = {
    "--format-in": st.sampled_from(["turtle", "jsonld", "rdfxml", "nquads", "x"]),
    "--separately": None, "--no-context": None, "--no-lint": None, "--quiet": None, "--verbose": None, "--write-baseline": None, "--no-config": None,
    "--shapes": names, "--context": names, "--engine": st.sampled_from(["auto", "fast", "pyshacl", "x"]), "--format": st.sampled_from([*FORMATS, "x"]),
    "--output": names, "--fail-on": st.sampled_from([*WEIGHTS, "x"]), "--baseline": st.sampled_from(["base.json", "new.json", "sub", "../x", "data.ttl"]),
    "--config": st.sampled_from(["dio.toml", "pyproject.toml", "nowhere", ".", "base.json"]),
    "--time-limit": st.sampled_from(["60", "0", "-1", "nan", "inf", "1e999", "x", "1e9"]),
    "--explain": st.sampled_from(["dios:Claim-certainty", "urn:S", "x", "", "[", "unknown-term", "\ud800"]),
}  # fmt: skip


@st.composite
def words(draw: st.DrawFn) -> list[str]:
    """Draw files and flags in any number."""
    found = draw(
        st.lists(st.just("data.ttl") | names, min_size=1, max_size=2)
    )  # without one all our data are judged
    for flag in draw(st.lists(st.sampled_from(list(FLAGS)), max_size=4)):
        of = FLAGS[flag]
        found += [flag] if of is None else [flag, draw(of)]
    return found


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """Draw a run with a configuration, a baseline and flags, each well or ill."""
    name, content = draw(st.just(("data.ttl", b"<urn:a> a <urn:Club> .\n")) | files())
    given = {
        "data.ttl": b"",
        name: content,
        "shapes.ttl": SHAPES.encode(),
        "sub/deep.ttl": b"<urn:b> a <urn:Club> .\n",
        "base.json": draw(baselines()),
    }
    given[draw(st.sampled_from(["dio.toml", "pyproject.toml"]))] = draw(tables())
    if draw(st.booleans()):
        given["stdin"] = content
    chosen = draw(words())
    return Job(given, chosen, reports=draw(st.booleans()))
