"""What is wrong with one IRI: it names nothing, is given up, or is ours but for its spelling."""

from typing import Final

from diaspora_influence.terms import BASE, CLAIM, CONCLUSION, DIO, ID, PREFIXES, SHAPES, SOURCE
from diaspora_influence.validate.lint.known import NAMES, VOCABULARIES, Known
from diaspora_influence.validate.rule import compact

HOST: Final = BASE.partition("://")[2]
SPACES: Final = (DIO, ID, CLAIM, CONCLUSION, SOURCE, SHAPES)
SEARCHED: Final = 50
"""So many names are compared with all others, which takes time; the rest get no proposal."""
LONGEST: Final = 80
"""Characters of a name that is compared with others."""


def unknown_term(iri: str, known: Known) -> str | None:
    """Name the nearest term where *iri* is in a vocabulary of ours and is not of it."""
    where = "this release" if known.packaged else "the ontology that was named"
    return _unknown(iri, VOCABULARIES, known, f"there is no {{}} in {where}{{}}")


def unknown_name(iri: str, known: Known) -> str | None:
    """Name the nearest thing where *iri* is one of our things and neither data nor release describe it."""
    said = "nothing describes {}, neither these files nor the release{}; describe it, or add its file"
    return _unknown(iri, NAMES, known, said) if known.whole else None


def _unknown(iri: str, spaces: tuple[str, ...], known: Known, said: str) -> str | None:
    if not iri.startswith(spaces):
        return None
    space = next((space for space in spaces if iri.startswith(space) and iri != space), None)
    if space is None or known.has(iri):
        return None
    if iri not in known.misses:
        known.misses[iri] = _nearest(iri, space, known) if len(known.misses) < SEARCHED else ""
    near = known.misses[iri]
    return said.format(short(iri), f"; is it {near}?" if near else "")


def _nearest(iri: str, space: str, known: Known) -> str:
    local = iri.removeprefix(space)
    if len(local) > LONGEST:
        return ""
    from difflib import get_close_matches  # takes a fiftieth of the time of a small run

    names = known.below(space)
    near = get_close_matches(local, names, 1, 0.7)
    if not near:  # a name in another case is no match for difflib
        near = [name for name in names if name.lower() == local.lower()]
    return compact(space + near[0]) if near else ""


def short(iri: str) -> str:
    """Return *iri* with its prefix, cut where nobody would read on."""
    said = compact(iri)
    return said if len(said) <= 2 * LONGEST else said[: 2 * LONGEST] + "…"


def deprecated_term(iri: str, known: Known) -> str | None:
    """Say what to write in place of a term that is given up."""
    if iri not in known.deprecated:
        return None
    way = known.deprecated[iri]
    return f"{short(iri)} is deprecated{f': {way}' if way else ''}"


def twin_namespace(iri: str, known: Known) -> str | None:
    """Give the right IRI for one that is ours but for http, www, or the mark before its last part."""
    if iri.startswith(SPACES):
        return None
    scheme, _, rest = iri.partition("://")
    host = rest.removeprefix("www.")
    if scheme.lower() not in ("http", "https") or not host.lower().startswith(HOST + "/"):
        return None
    tail = host[len(HOST) :]
    for space in SPACES:
        room, mark = space.removeprefix(BASE)[:-1], space[-1]
        if tail.startswith(room) and (right := _mended(iri, tail, room, mark, known)):
            return f"this is not in our namespace; write {short(right)}, <{right[: 2 * LONGEST]}>"
    return None


def _mended(iri: str, tail: str, room: str, mark: str, known: Known) -> str | None:
    """Return the IRI that is meant; of an address of ours that is no name, as of a version, None."""
    own, local = BASE + room + mark, tail[len(room) :]
    if local.startswith(mark):
        right = own + local[1:]
        return right if local[1:] and right != iri else None
    right = own + local.lstrip("#/")
    certain = mark == "/" and local.startswith("#")  # no page of a thing has parts
    return right if right != own and (certain or known.has(right)) else None


def prefix_as_scheme(iri: str, known: Known) -> str | None:
    """Give the declaration that a prefixed name lacks where the reader took it for a whole IRI."""
    prefix, _, local = iri.partition(":")
    space = PREFIXES.get(prefix)
    if space not in SPACES or not local:
        return None
    if space not in VOCABULARIES and not known.has(space + local):
        return None
    return f"read as an IRI with the scheme {prefix}:, not as <{space}>; {declaration(prefix)}"


def declaration(prefix: str) -> str:
    """Say how a prefix of the house is declared."""
    space = PREFIXES[prefix]
    return f'declare the prefix ("{prefix}": "{space}" in the @context of JSON-LD) and write no < >'
