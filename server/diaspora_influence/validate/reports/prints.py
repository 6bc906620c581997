"""What tells a finding from others although lines shift."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, cast

from diaspora_influence.validate.finding import Finding


def fingerprint(finding: Finding, path: str, line: str) -> str:
    """Return what tells a finding from others although lines shift: 32 hexadecimal digits.

    It is made of file, focus node, rule, path and value. The number of a blank node says nothing in another
    version of a file; its *line* stands for it.
    """
    rule = finding.rule if ":" in finding.rule else finding.component
    said = f"{path}\0{finding.focus}\0{rule or ''}\0{finding.path or ''}\0{finding.value or ''}"
    if "\0_:" in said:
        terms = [finding.focus, rule, finding.path, finding.value]
        known = ["_:" + line if term and term.startswith("_:") else term or "" for term in terms]
        said = "\0".join([path, *known])
    mark: str = sha256()(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return mark


@cache
def sha256() -> Callable[[bytes], Any]:
    """Return what digests: what hashlib itself offers where it lacks OpenSSL, which takes long to load."""
    try:
        return cast(Callable[[bytes], Any], import_module("_sha256").sha256)
    except ImportError:
        from hashlib import sha256

        return sha256
