"""Times as a reader says them: `2012-22` is summer 2012, `../2012` by 2012, `2017-05-~15` mid-May 2017."""

from typing import Final

from diaspora_influence.edtf import MID_MONTH, OPEN, POINT

PARTS: Final = {
    "01": "January {}", "02": "February {}", "03": "March {}", "04": "April {}", "05": "May {}",
    "06": "June {}", "07": "July {}", "08": "August {}", "09": "September {}", "10": "October {}",
    "11": "November {}", "12": "December {}", "21": "spring {}", "22": "summer {}", "23": "autumn {}",
    "24": "winter {}", "37": "early {}", "38": "mid-{}", "39": "late {}",
}  # fmt: skip
"""What stands after the year, to how a reader says the two."""

DOUBTS: Final = (("%", "perhaps about "), ("~", "about "), ("?", "perhaps "))
"""Mark of approximation or doubt, to what a reader says before the time."""

INTERVALS: Final = {(True, False): "by {1}", (False, True): "since {0}", (False, False): "{0} to {1}"}
"""Whether the first and the last end are open, to how a reader says the interval."""


def words(edtf: str) -> str:
    """Return *edtf* in words; what is no time of the house's comes back as it is."""
    ends = edtf.split("/")
    if len(ends) == 1:
        return point(edtf) or edtf
    said = [point(end) for end in ends]
    pattern = INTERVALS.get((ends[0] == OPEN, ends[-1] == OPEN))
    readable = len(ends) == 2 and all(each or end == OPEN for each, end in zip(said, ends, strict=True))
    return pattern.format(*said) if pattern and readable else edtf


def point(text: str) -> str | None:
    """Return what is not an interval in words, None where it is no time."""
    match = POINT.fullmatch(text)
    if not match or (match["part"] and match["part"] not in PARTS):
        return None
    said = PARTS[match["part"]].format(match["year"]) if match["part"] else match["year"]
    if (match["about"], match["day"]) == MID_MONTH:
        return f"mid-{said}"
    if match["day"]:
        said = f"{int(match['day'])} {said}"
    return next((before for mark, before in DOUBTS if mark in text), "") + said
