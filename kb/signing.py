"""Texts that only this site can have written: in addresses, cookies and forms, each for one purpose.

Whoever holds one may do what it stands for, and no more: a text signed for one purpose is worth
nothing for another. What it says can be read by its holder.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer


class NotSigned(ValueError):
    """A text was not signed here, or for another purpose, or too long ago."""


class Signed:
    """Signs and reads the texts of one purpose; `lasts`: for how long each is good, always if None."""

    _purposes: ClassVar[set[str]] = set()

    def __init__(
        self, purpose: str, lasts: timedelta | Callable[[], timedelta] | None = None
    ) -> None:
        if purpose in self._purposes:
            raise ValueError(f"{purpose} is signed elsewhere: its texts would pass for these")
        self._purposes.add(purpose)
        self._purpose, self._lasts = purpose, lasts

    def text(self, said: Any) -> str:
        """Return what stands for some JSON, in letters that an address can hold."""
        return str(self._serializer().dumps(said))

    def read(self, text: str) -> Any:
        """Return what a text says; raises `NotSigned`."""
        serializer = self._serializer()
        try:
            if isinstance(serializer, URLSafeTimedSerializer):
                return serializer.loads(text, max_age=int(self._seconds()))
            return serializer.loads(text)
        except (BadSignature, ValueError, TypeError) as error:
            raise NotSigned(self._purpose) from error

    def _seconds(self) -> float:
        assert self._lasts is not None, "texts without an end bear no date"
        lasts = self._lasts if isinstance(self._lasts, timedelta) else self._lasts()
        return lasts.total_seconds()

    def _serializer(self) -> URLSafeSerializer | URLSafeTimedSerializer:
        kind = URLSafeSerializer if self._lasts is None else URLSafeTimedSerializer
        return kind(current_app.config["SECRET_KEY"], salt=self._purpose)
