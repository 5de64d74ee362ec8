"""Start the parts, start those again that die, stop them all together."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from app.core.commands import CommandError
from app.core.logs import log
from app.up import guard
from workflows.words import Words

TICK_SECONDS = 0.1
READY_LIMIT_SECONDS = 600.0  # a slow machine is no fault; a part that ends is noticed at once
STOP_LIMIT_SECONDS = 20.0
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0  # whoever lived that long is started again at once


class ChildPart:
    """One child process, and how long to wait before starting it again."""

    def __init__(self, name: str, run: Callable[[], object], serves_others: bool = False) -> None:
        self.name = name
        self.run = run
        self.serves_others = serves_others
        self._process: guard.Child | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._pause = 0.0

    def start(self) -> None:
        """Start the process."""
        self._process = guard.fork(self.run)
        self._started_at = time.monotonic()
        log.info("part.started", part=self.name, pid=self._process.pid)

    def ended(self) -> int | None:
        """Return the exit code if the process has ended."""
        return self._process.poll() if self._process else None

    def revive(self) -> None:
        """Start the process again if it has ended, after a pause that doubles each time it does not live long."""
        now = time.monotonic()
        if self._process and (code := self._process.poll()) is not None:
            short_lived = now - self._started_at < HEALTHY_SECONDS
            self._pause = min(max(1.0, self._pause * 2), LONGEST_PAUSE_SECONDS) if short_lived else 0.0
            self._due_at = now + self._pause
            self._process = None
            log.error("part.died", part=self.name, exit_code=code, pause_seconds=self._pause)
        if self._process is None and now >= self._due_at:
            self.start()

    def ask_to_stop(self) -> None:
        """Ask the process to finish what it is doing and end."""
        if self._process:
            self._process.terminate()

    def see_it_end(self, limit: float) -> None:
        """Wait for the end, until a time of the monotonic clock; then end it."""
        if self._process and self._process.wait(limit - time.monotonic()) is None:
            log.error("part.killed", part=self.name)
            self._process.kill()


class Supervisor:
    """Hold the parts, and hear the signals that ask for their end."""

    def __init__(self) -> None:
        self._parts: list[ChildPart] = []
        self._stopping = False
        self._interruptible = False
        for number in guard.STOP_SIGNALS:
            signal.signal(number, self._ask)

    @property
    def stopping(self) -> bool:
        """Tell whether somebody has asked us to stop."""
        return self._stopping

    def add(self, part: ChildPart) -> None:
        """Start a part and look after it from now on."""
        self._parts.append(part)
        part.start()

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Wait until something answers; raise CommandError if a part ends before, or if it takes too long."""
        limit = time.monotonic() + READY_LIMIT_SECONDS
        while not self.stopping and not ready():
            dead = [part.name for part in self._parts if part.ended() is not None]
            if dead or time.monotonic() > limit:
                name = "、".join(dead) or "web"
                raise CommandError(
                    Words("{} 没有启动成功，原因见上面的日志。", "{} did not start: see the log lines above.").format(
                        name
                    )
                )
            time.sleep(TICK_SECONDS)

    def watch(self) -> None:
        """Keep the parts alive until asked to stop."""
        while not self.stopping:
            for part in self._parts:
                part.revive()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """Stop the parts, those last that serve the others."""
        limit = time.monotonic() + STOP_LIMIT_SECONDS
        for serving in (False, True):
            group = [part for part in self._parts if part.serves_others is serving]
            for part in group:
                part.ask_to_stop()
            for part in group:
                part.see_it_end(limit)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let a signal break off a long piece of work that can be taken up again."""
        self._interruptible = True
        yield
        self._interruptible = False

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        if self._interruptible:
            self._interruptible = False
            raise SystemExit(0)
