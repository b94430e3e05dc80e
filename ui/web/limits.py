"""A token bucket a key, with a bound on how many keys are remembered."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class RateLimiter:
    """`take(key)` returns 0.0 when the call may go on, else the seconds to wait.

    Args:
        rate: tokens a second that flow back.
        burst: tokens a key starts with and can hold at most.
        keys: how many keys are kept; the one unused longest is forgotten first.
        clock: seconds; a parameter so that a test need not sleep.
    """

    def __init__(
        self, rate: float, burst: int, keys: int = 20_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate = rate
        self.burst = burst
        self._keys = keys
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def waiting(self, key: str) -> float:
        """What `take` would return, without taking anything."""
        tokens, then = self._buckets.get(key, (float(self.burst), self._clock()))
        tokens = min(float(self.burst), tokens + (self._clock() - then) * self.rate)
        return 0.0 if tokens >= 1 else (1 - tokens) / self.rate

    def take(self, key: str) -> float:
        now = self._clock()
        tokens, then = self._buckets.pop(key, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - then) * self.rate)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        while len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self.rate
