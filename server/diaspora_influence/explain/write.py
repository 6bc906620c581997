"""An explanation as JSON for programs and as lines for a terminal."""

import json
from typing import Any

from diaspora_influence.explain.answer import Explanation
from diaspora_influence.explain.record import Cause, Hint, shown


def as_json(explanation: Explanation) -> str:
    """Return the explanation as a JSON document."""
    document = {
        "empty": explanation.empty,
        "sentence": explanation.sentence,
        "causes": [of_cause(cause) for cause in explanation.causes],
        "notes": list(explanation.notes),
        "complete": explanation.complete,
        "questions": explanation.questions,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def of_cause(cause: Cause) -> dict[str, Any]:
    """Return a cause as JSON has it."""
    patterns = [
        {"text": shown(one.text), "line": one.place[0], "column": one.place[1]} for one in cause.patterns
    ]
    return {
        "kind": cause.kind,
        "sentence": cause.sentence,
        "patterns": patterns,
        "hints": [of_hint(hint) for hint in cause.hints],
    }


def of_hint(hint: Hint) -> dict[str, Any]:
    """Return a hint as JSON has it, without what it lacks."""
    found = {"kind": hint.kind, "sentence": hint.sentence, "terms": list(hint.terms), "pattern": hint.pattern}
    return {name: value for name, value in found.items() if value}


def as_text(explanation: Explanation) -> str:
    """Return the explanation in lines: causes with their places, what is near indented below them."""
    lines = [explanation.sentence] if not explanation.causes else []
    for cause in explanation.causes:
        at = (
            f"line {cause.patterns[0].place[0]}, column {cause.patterns[0].place[1]}: "
            if cause.patterns
            else ""
        )
        lines.append(f"{at}{cause.sentence}")
        lines += [f"  {hint.sentence}" for hint in cause.hints]
    lines += [f"note: {note}" for note in explanation.notes]
    return "\n".join(lines) + "\n"
