"""A headless browser that is told what to do by the DevTools protocol, over a pair of pipes."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--remote-debugging-pipe",
)
# The browser reads its orders from file 3 and answers on file 4; 30 and 31 keep the two apart.
LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 30)
os.dup2(int(sys.argv[2]), 31)
os.dup2(30, 3)
os.dup2(31, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
LOADED = (
    "new Promise(done => document.readyState === 'complete' ? done()"
    " : addEventListener('load', () => done()))"
)
# Seconds in which the browser has to say something.
PATIENCE = 60
COMPLAINTS = {
    "Runtime.exceptionThrown",
    "Log.entryAdded",
    "Network.loadingFailed",
}


def program() -> str | None:
    """The browser that is installed here, if any."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@dataclass
class Browser:
    """A page in a browser, what it complained of and what it asked for."""

    orders: int
    answers: int
    session: str = ""
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _number: int = 0
    _rest: bytes = b""

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Gives an order and returns the browser's answer to it."""
        self._number += 1
        order = {"id": self._number, "method": method, "params": parameters}
        order |= {"sessionId": self.session} if self.session else {}
        os.write(self.orders, json.dumps(order).encode() + b"\0")
        while (message := self._message()).get("id") != self._number:
            self._note(message)
        assert "error" not in message, message
        result: dict[str, Any] = message["result"]
        return result

    def open(self, path: Path, width: int, height: int = 900) -> None:
        """Loads a page at a width in pixels, a phone's below 600, until it is all drawn."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.do("Page.navigate", url=path.as_uri())
        self.ask(LOADED)
        self.ask("window.drawn.then(() => true)")

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page, awaited."""
        said = self.do(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def picture(self, path: Path) -> None:
        """Writes what is seen as PNG."""
        said = self.do("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(said["data"]))

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            assert select.select([self.answers], [], [], PATIENCE)[0], "the browser is silent"
            came = os.read(self.answers, 1 << 16)
            assert came, "the browser has ended"
            self._rest += came
        message, _, self._rest = self._rest.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        return read

    def _note(self, message: dict[str, Any]) -> None:
        method, said = message.get("method", ""), message.get("params", {})
        if method in COMPLAINTS or (
            method == "Runtime.consoleAPICalled" and said["type"] in {"error", "warning", "assert"}
        ):
            self.complaints.append(json.dumps(said)[:500])
        if method == "Network.requestWillBeSent":
            self.requests.append(said["request"]["url"])


@contextmanager
def browser(installed: str) -> Iterator[Browser]:
    """A browser with a profile of its own, which ends with the block."""
    (its_orders, orders), (answers, its_answers) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        launch = [sys.executable, "-c", LAUNCH, str(its_orders), str(its_answers)]
        command = [*launch, installed, *FLAGS, f"--user-data-dir={profile}"]
        with subprocess.Popen(
            [*command, "about:blank"],
            pass_fds=(its_orders, its_answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as run:
            os.close(its_orders)
            os.close(its_answers)
            try:
                here = Browser(orders, answers)
                target = here.do("Target.createTarget", url="about:blank")["targetId"]
                here.session = here.do("Target.attachToTarget", targetId=target, flatten=True)[
                    "sessionId"
                ]
                for domain in ("Page", "Runtime", "Log", "Network"):
                    here.do(f"{domain}.enable")
                yield here
                here.session = ""
                here.do("Browser.close")
            finally:
                run.terminate()
                os.close(orders)
                os.close(answers)


def main(page: str, picture: str) -> None:
    """Takes a picture of the upper part of a page, as the README shows it."""
    installed = program()
    if installed is None:
        raise SystemExit("There is no Chromium here: apt-get install chromium")
    with browser(installed) as here:
        here.do("Emulation.setScrollbarsHidden", hidden=True)
        here.open(Path(page).resolve(), 1280, 1120)
        here.picture(Path(picture))


if __name__ == "__main__":
    main(*sys.argv[1:])
