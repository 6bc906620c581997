"""What takes long to make and is seldom needed, made when it is first used."""

import re
from typing import Any, AnyStr, Generic, cast


class _Pattern(Generic[AnyStr]):
    """A pattern that is not compiled yet; each method that was asked for is held, and costs nothing after."""

    def __init__(self, text: AnyStr, flags: int) -> None:
        self._said: tuple[AnyStr, int] = text, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._said), name)
        setattr(self, name, value)
        return value


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return *text* as a pattern, by its methods; most runs need few of those that modules name."""
    return cast(re.Pattern[AnyStr], _Pattern(text, flags))
