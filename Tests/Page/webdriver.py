"""A W3C WebDriver client, as small as these checks need it."""

import base64
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One headless Chromium with a profile of its own."""

    def __init__(self, log_path):
        self.profile = tempfile.mkdtemp(prefix="roast-page-")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.log = open(log_path, "w")
        self.process = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=self.log, stderr=subprocess.STDOUT)
        self.session = None
        try:
            self.begin()
        except BaseException:
            self.close()
            raise

    def begin(self):
        deadline = time.monotonic() + 15
        while True:
            try:
                self.call("GET", "/status")
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        options = {
            "binary": "/usr/bin/chromium",
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--no-first-run", "--disable-extensions", "--disable-background-networking",
                     "--mute-audio", "--hide-scrollbars", "--lang=en-GB",
                     f"--user-data-dir={self.profile}", "--window-size=1280,800"],
        }
        capabilities = {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}, "timeouts": {"script": 10_000, "pageLoad": 15_000}}}
        answer = self.call("POST", "/session", {"capabilities": capabilities})
        self.session = f"/session/{answer['sessionId']}"

    def call(self, method, path, body=None):
        """One command; its value."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].split("\n")[0]) from None

    def do(self, method, path, body=None):
        """One command of this session."""
        return self.call(method, self.session + path, body)

    def go(self, url):
        self.do("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """A script's value."""
        return self.do("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def ask(self, method, path, body=None):
        """A request to the daemon from within the page: (status, JSON)."""
        script = """
          const [method, path, body, done] = arguments;
          (async () => {
            const session = await (await fetch('/v1/session')).json();
            const answer = await fetch(path, { method, body: body && JSON.stringify(body),
              headers: { 'Content-Type': 'application/json', 'X-Roast-CSRF': session.csrf ?? '' } });
            done([answer.status, await answer.json()]);
          })().catch((error) => done([0, String(error)]));"""
        return self.do("POST", "/execute/async", {"script": script, "args": [method, path, body]})

    def find(self, selector):
        return self.do("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        # To the middle, as a person would: the driver is content with an edge, and bars lie there.
        self.run("document.querySelector(arguments[0])?.scrollIntoView({block: 'center'})", selector)
        self.do("POST", f"/element/{self.find(selector)}/click", {})

    def type(self, selector, text):
        self.do("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def key(self, key):
        """A key struck wherever the focus is."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self.do("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def hold(self, selector, seconds):
        """A finger that stays on an element."""
        at = {"type": "pointerMove", "duration": 0, "x": 0, "y": 0,
              "origin": {ELEMENT: self.find(selector)}}
        actions = [at, {"type": "pointerDown", "button": 0},
                   {"type": "pause", "duration": int(seconds * 1000)},
                   {"type": "pointerUp", "button": 0}]
        self.do("POST", "/actions", {"actions": [
            {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": actions}]})

    def hold_key(self, selector, key, seconds):
        """A key that stays down while the focus is on an element."""
        self.run("document.querySelector(arguments[0]).focus()", selector)
        actions = [{"type": "keyDown", "value": key}, {"type": "pause", "duration": int(seconds * 1000)},
                   {"type": "keyUp", "value": key}]
        self.do("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def devtools(self, command, **parameters):
        return self.do("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width, height, theme):
        """A screen of this size, in 'light' or 'dark'."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=width < 600)
        self.devtools("Emulation.setEmulatedMedia",
                      features=[
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def screenshot(self, path):
        answer = self.devtools("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))

    def console(self):
        """What the browser has logged since it was last asked."""
        return self.do("POST", "/se/log", {"type": "browser"})

    def close(self):
        try:
            if self.session:
                self.do("DELETE", "")
        except (OSError, RuntimeError):
            pass
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)
