"""A roast daemon under test, and clients that talk to it. Python's standard library only."""
import concurrent.futures
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROAST = os.path.abspath(os.environ.get("ROAST", os.path.join(ROOT, ".build/debug/roast")))
EMULATOR = os.path.join(ROOT, ".build/emulator/bullet-emulator")


class Failure(Exception):
    """A promise that was not kept."""


class Skipped(Exception):
    """What this machine or user cannot check, and why."""


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


def scenario_file(place, name):
    """A copy of a shipped scenario: no other daemon of this machine serves the same device."""
    path = os.path.join(place, name + ".json")
    if not os.path.exists(path):
        shutil.copy(os.path.join(ROOT, "Simulator/scenarios", name + ".json"), path)
    return path


class Daemon:
    """One daemon's files and, while it runs, its process."""

    def __init__(self, place, *arguments, device="twin:medium", environment=None, listen=(),
                 database=None, around=()):
        self.folder = place
        self.socket = os.path.join(place, "roast.sock")
        self.database = database or os.path.join(place, "roast.db")
        self.ready = os.path.join(place, "ready")
        self.log = os.path.join(place, "log")
        kind, _, name = device.partition(":")
        if kind == "twin" and name and "/" not in name:
            device = "twin:" + scenario_file(place, name)
        self.device = device
        self.arguments = list(arguments)
        self.listen = list(listen)
        # Words before the command, as a program that prepares its surroundings.
        self.around = list(around)
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("ROAST_") and name != "NOTIFY_SOCKET"}
        self.environment.update(environment or {})
        # The owner's own configuration is none of ours.
        self.environment.setdefault("XDG_CONFIG_HOME", place)
        self.environment.setdefault("ROAST_CONFIG", self.configure())
        self.process = None
        self.ready_seconds = None

    def configure(self, text=""):
        """Writes the configuration file."""
        path = os.path.join(self.folder, "roast.conf")
        with open(path, "w") as file:
            file.write(text)
        return path

    def command(self):
        words = self.around + [ROAST, "serve", "--device", self.device, "--db", self.database]
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

    def refuses(self, *words, seconds=20):
        """Starts it expecting that it will not: exit code 1 and these words in what it says."""
        before = len(self.said())
        self.start(wait=False)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"it was to refuse to start ({', '.join(words)}), and serves") from None
        said = self.said()[before:]
        check(code == 1, f"it was to exit with 1, and did with {code}: {said[-1000:]}")
        for word in words:
            check(word in said, f"it was to say '{word}', and said: {said[-1000:]}")
        return said

    def ended(self):
        return self.process.poll() is not None

    def said(self):
        if not os.path.exists(self.log):
            return ""
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
            raise Failure(f"did not end within {seconds} s: {self.said()[-1000:]}") from None
        check(code == 0, f"ended with {code}: {self.said()[-2000:]}")
        return time.monotonic() - began

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Whatever became of it, nothing of it is left."""
        if self.process and not self.ended():
            self.kill()

    @property
    def client(self):
        return Client(self.socket)

    @property
    def status(self):
        return self.client.get("/v1/status")

    def wait_for(self, truth, seconds, words):
        """Waits until its status is as it is promised to become, and returns it."""
        seen = {}

        def said():
            seen["status"] = self.status
            return truth(seen["status"])

        try:
            wait_until(said, seconds, words, step=0.05)
        except Failure as failure:
            status = seen.get("status") or {}
            raise Failure(f"{failure}; link {status.get('link')}, store {status.get('store')}"
                          ) from None
        return seen["status"]

    def is_well(self, seconds=10):
        """It serves readings and keeps them."""
        return self.wait_for(
            lambda s: s["link"]["state"] == "up" and s["reading"]
            and s["store"]["state"] == "ok" and s["store"]["problem"] is None,
            seconds, "a working daemon: link up, store ok")

    def ports(self):
        """The TCP ports that it says it listens on, in order."""
        with open(self.ready) as file:
            facts = json.load(file)
        return [int(place.rsplit(":", 1)[1]) for place in facts["listening"]
                if not place.startswith("unix:")]

    @property
    def pid(self):
        """Of roast itself, also where another program runs it."""
        with open(self.ready) as file:
            return json.load(file)["process"]


def turn_on_the_bus():
    """Held by one at a time, over all scripts: the system has one roaster of that number."""
    turn = open(os.path.join(tempfile.gettempdir(), "roast-usb-proofs.lock"), "w")
    fcntl.flock(turn, fcntl.LOCK_EX)
    return turn


class TwinProcess:
    """A twin in a process of its own, which roasts on whatever becomes of the daemon."""

    def __init__(self, place, scenario, speed):
        self.path = os.path.join(place, "twin.sock")
        self.process = subprocess.Popen(
            [ROAST, "simulate", "--serve", f"unix:{self.path}", "--scenario", scenario,
             "--speed", str(speed)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(self.path), 10, "the twin's socket")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.terminate()
        self.process.wait(5)


def folder():
    return tempfile.TemporaryDirectory(prefix="roast-")


# Running checks

CHECKS = []


def proof(words):
    """The function proves what the words say; it returns what there is to add."""

    def keep(body):
        CHECKS.append((words, body))
        return body

    return keep


def outcome(body):
    """('ok', 'skip' or 'FAIL', what there is to say)."""
    try:
        return "ok", body() or ""
    except Skipped as reason:
        return "skip", f"skipped: {reason}"
    except Failure as failure:
        return "FAIL", str(failure)
    except Exception as error:  # whatever goes wrong in a check is no proof
        place = traceback.extract_tb(error.__traceback__)[-1]
        ours = [line for line in traceback.extract_tb(error.__traceback__)
                if os.path.dirname(line.filename) == os.path.dirname(os.path.abspath(__file__))]
        place = ours[-1] if ours else place
        return "FAIL", (f"{type(error).__name__}: {error} "
                        f"({os.path.basename(place.filename)}:{place.lineno})")


def run(checks, at_once=1, only=None):
    """Runs named checks, says how each went, and returns the exit code."""
    chosen = [(name, body) for name, body in checks if not only or only in name]
    if not chosen:
        print(f"no check is called '{only}'; there are:")
        for name, _ in checks:
            print(f"  {name}")
        return 2
    failed = 0

    def timed(check_):
        began = time.monotonic()
        return *outcome(check_[1]), time.monotonic() - began

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for (name, _), (verdict, note, seconds) in zip(chosen, pool.map(timed, chosen)):
            failed += verdict == "FAIL"
            note = f": {note}" if note else ""
            print(f"{verdict:5} {name}{note} ({seconds:.1f} s)", flush=True)
    return 1 if failed else 0


def option(name, default=None):
    """The word that follows --name on the command line."""
    words = sys.argv[1:]
    return words[words.index(name) + 1] if name in words[:-1] else default


def main(at_once=1):
    """Runs the checks that were defined; --only WORDS chooses among them."""
    sys.exit(run(CHECKS, int(option("--at-once", at_once)), option("--only")))
