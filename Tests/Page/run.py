#!/usr/bin/env python3
"""Checks the live page in a real browser, against the stand-in daemon or a real one.

  run.py                                     against the stand-in
  run.py --url URL --code CODE               against a daemon; CODE is one of an operator
      [--viewer-code CODE]                   ... and what a viewer sees
      [--viewer-code-by COMMAND]             ... with the code that it prints, asked when it is needed
      [--down COMMAND --up COMMAND]          how to kill it and start it again; else the cable between
                                             browser and daemon is cut
      [--roast-seconds N]                    waits until a roast has gone on so long (default 130)
      [--only WORDS]                         only the checks whose names contain the words
One line a check; exit code 0 when all hold. Screenshots go to .build/page/.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
import checks
from fake_daemon import FakeDaemon
from gate import Gate
from webdriver import Browser

FOLDER = pathlib.Path(__file__).resolve().parents[2] / ".build/page"


class Bench:
    """A browser, the gate before it, and the daemon behind that."""

    def __init__(self, options):
        self.folder = FOLDER
        self.options = options
        self.fake = None
        if options.url:
            url = urllib.parse.urlsplit(options.url)
            self.gate = Gate(url.hostname, url.port or 80)
            self.code, self.viewer_code = options.code, options.viewer_code
        else:
            self.fake = FakeDaemon()
            self.code, self.viewer_code = "operator-code", "viewer-code"
            self.fake.codes.update({self.code: "operator", self.viewer_code: "viewer"})
            self.gate = Gate("127.0.0.1", self.fake.port)
        self.url = f"http://127.0.0.1:{self.gate.port}"
        self.browser = Browser(FOLDER / "chromedriver.log")

    def down(self):
        """The daemon dies."""
        if self.options.down:
            subprocess.run(self.options.down, shell=True, timeout=20, check=True)
        else:
            self.gate.shut()

    def up(self):
        """The daemon is back."""
        if self.options.up:
            subprocess.run(self.options.up, shell=True, timeout=20, check=True)
        else:
            self.gate.open()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("--url", "--code", "--viewer-code", "--viewer-code-by", "--down", "--up", "--only"):
        parser.add_argument(name)
    parser.add_argument("--roast-seconds", type=float, default=130)
    options = parser.parse_args()
    if options.url and not options.code or bool(options.down) != bool(options.up):
        parser.error("--url needs --code, and --down needs --up")
    os.makedirs(FOLDER, exist_ok=True)
    began = time.monotonic()
    bench = Bench(options)
    failed = 0
    try:
        for check in checks.ALL:
            name = check.__doc__.splitlines()[0].rstrip(".")
            if options.only and options.only not in name and check not in checks.ALWAYS:
                continue
            started = time.monotonic()
            try:
                note = check(bench)
            except Exception as problem:  # Whatever it is, the other checks go on.
                failed += 1
                print(f"FAIL  {name}: {problem or repr(problem)}", flush=True)
                if check in checks.ALWAYS:
                    break
            else:
                word = "skip" if note == checks.SKIPPED else "ok  "
                print(f"{word}  {name} ({time.monotonic() - started:.1f} s)", flush=True)
    finally:
        bench.browser.close()
    print(f"{failed} failed, {time.monotonic() - began:.0f} s, screenshots in {FOLDER}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
