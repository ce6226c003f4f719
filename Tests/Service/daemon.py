"""A roast daemon under test, and clients that talk to it. Python's standard library only."""
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROAST = os.environ.get("ROAST", os.path.join(os.getcwd(), ".build/debug/roast"))


class Failure(Exception):
    """A promise that was not kept."""


def check(truth, words):
    if not truth:
        raise Failure(words)


def wait_until(truth, seconds, words, step=0.02):
    """Waits until `truth` says so, and returns what it said."""
    end = time.monotonic() + seconds
    while True:
        said = truth()
        if said:
            return said
        if time.monotonic() > end:
            raise Failure(f"not within {seconds} s: {words}")
        time.sleep(step)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Client:
    """Requests to one daemon; `place` is a socket's path or (address, port)."""

    def __init__(self, place, token=None, headers=None):
        self.place = place
        self.headers = dict(headers or {})
        if token:
            self.headers["Authorization"] = "Bearer " + token

    def connection(self, timeout=10):
        if isinstance(self.place, str):
            return UnixConnection(self.place, timeout)
        return http.client.HTTPConnection(*self.place, timeout=timeout)

    def ask(self, method, path, body=None, headers=None, timeout=10):
        """The status and the JSON (or the text) of the answer."""
        connection = self.connection(timeout)
        try:
            sent = dict(self.headers, **(headers or {}))
            data = None
            if body is not None:
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                sent.setdefault("Content-Type", "application/json")
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
            self.last = answer
            kind = answer.getheader("Content-Type", "")
            return answer.status, json.loads(text) if kind.startswith("application/json") else text
        finally:
            connection.close()

    def get(self, path):
        status, answer = self.ask("GET", path)
        check(status == 200, f"GET {path}: {status} {answer}")
        return answer

    def stream(self, on_message, last_id=None):
        """Reads the event stream on a thread of its own until it ends."""

        def run():
            try:
                connection = self.connection(timeout=30)
                headers = dict(self.headers)
                if last_id:
                    headers["Last-Event-ID"] = last_id
                connection.request("GET", "/v1/stream", headers=headers)
                answer = connection.getresponse()
                message = {}
                while line := answer.readline():
                    text = line.decode().rstrip("\n")
                    if not text and message:
                        on_message(message)
                        message = {}
                    elif text and not text.startswith(":"):
                        key, _, value = text.partition(": ")
                        message[key] = value
            except (OSError, http.client.HTTPException, ValueError):
                pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread


class Daemon:
    """One daemon's files and, while it runs, its process."""

    def __init__(self, folder, *arguments, device="twin:medium", environment=None, listen=()):
        self.folder = folder
        self.socket = os.path.join(folder, "roast.sock")
        self.database = os.path.join(folder, "roast.db")
        self.ready = os.path.join(folder, "ready")
        self.log = os.path.join(folder, "log")
        self.device = device
        self.arguments = list(arguments)
        self.listen = list(listen)
        self.environment = dict(os.environ, **(environment or {}))
        for name in ("ROAST_SOCKET", "ROAST_TOKEN", "ROAST_DB", "NOTIFY_SOCKET"):
            self.environment.pop(name, None)
        self.process = None

    def command(self):
        words = [ROAST, "serve", "--device", self.device, "--db", self.database]
        for place in [f"unix:{self.socket}"] + self.listen:
            words += ["--listen", place]
        return words + ["--ready-file", self.ready] + self.arguments

    def start(self, wait=True):
        if os.path.exists(self.ready):
            os.unlink(self.ready)
        log = open(self.log, "ab")
        began = time.monotonic()
        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=self.environment)
        log.close()
        if wait:
            wait_until(
                lambda: os.path.exists(self.ready) or self.ended(), 20, "ready", step=0.002)
            check(not self.ended(), f"the daemon ended: {self.said()[-2000:]}")
        self.ready_seconds = time.monotonic() - began
        return self

    def ended(self):
        return self.process.poll() is not None

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, number=signal.SIGTERM, seconds=5):
        """Ends it in order; how long that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"did not end within {seconds} s")
        check(code == 0, f"ended with {code}: {self.said()[-2000:]}")
        return time.monotonic() - began

    @property
    def client(self):
        return Client(self.socket)

    def ports(self):
        """The TCP ports that it says it listens on, in order."""
        with open(self.ready) as file:
            facts = json.load(file)
        return [int(place.rsplit(":", 1)[1]) for place in facts["listening"]
                if not place.startswith("unix:")]


class TwinProcess:
    """A twin in a process of its own, which roasts on whatever becomes of the daemon."""

    def __init__(self, folder, scenario, speed):
        self.path = os.path.join(folder, "twin.sock")
        self.process = subprocess.Popen(
            [ROAST, "simulate", "--serve", f"unix:{self.path}", "--scenario", scenario,
             "--speed", str(speed)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(self.path), 10, "the twin's socket")

    def end(self):
        self.process.terminate()
        self.process.wait(5)


def folder():
    return tempfile.TemporaryDirectory(prefix="roast-")


def run(checks):
    """Runs named checks, says how each went, and returns the exit code."""
    failed = 0
    for name, body in checks:
        began = time.monotonic()
        try:
            note = body() or ""
            print(f"ok    {name}  {note}  ({time.monotonic() - began:.1f} s)", flush=True)
        except Failure as failure:
            failed += 1
            print(f"FAIL  {name}: {failure}", flush=True)
    return 1 if failed else 0
