"""How fast the daemon is, against what was asked for; run it with the release binary.

ROAST=.build/release/roast bench.py [--seconds N]
"""
import json
import os
import selectors
import socket
import sqlite3
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ.setdefault("ROAST", os.path.join(ROOT, ".build/release/roast"))

import faults  # noqa: E402
from daemon import ROAST, Client, Daemon, check, folder, option  # noqa: E402

UNLIMITED = ("--requests-per-second", "1000000", "--connections", "2000")
SECONDS = float(option("--seconds", "10"))


def row(what, figure, required="", met=None):
    verdict = {None: "", True: "ok", False: "MISSED"}[met]
    print(f"{what:62} {figure:>24}  {required:>10}  {verdict}", flush=True)


def percentile(figures, part):
    figures = sorted(figures)
    return figures[min(len(figures) - 1, int(len(figures) * part))]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


class Listeners:
    """Many clients of the stream in one thread: it notes when each message's bytes are there."""

    def __init__(self, path, count):
        self.selector = selectors.DefaultSelector()
        self.clients = []
        for _ in range(count):
            one = socket.socket(socket.AF_UNIX)
            one.connect(path)
            one.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
            one.setblocking(False)
            self.clients.append(one)
            self.selector.register(one, selectors.EVENT_READ, bytearray())

    def listen(self, seconds):
        """For each telemetry message: the monotonic nanoseconds it bears, and of its arrival."""
        found, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            for key, _ in self.selector.select(0.2):
                data = key.fileobj.recv(1 << 20)
                arrived = time.monotonic_ns()
                key.data.extend(data)
                *whole, rest = key.data.split(b"\n\n")
                key.data[:] = rest
                for message in whole:
                    if b"event: telemetry\n" in message:
                        at = message.index(b'"monotonic_ns":') + 15
                        found.append((int(message[at:message.index(b",", at)]), arrived))
        return found

    def close(self):
        for one in self.clients:
            one.close()


def byte_to_client(clients):
    """Over USB the message bears the computer's own CLOCK_MONOTONIC of the moment when libusb gave the
    reply's last byte: the difference to the same clock at the client is the true delay."""
    with folder() as place:
        daemon = faults.EmulatedDaemon(place, faults.roast_frames(1, 300, 1))
        daemon.arguments += UNLIMITED
        with daemon:
            daemon.is_well()
            listeners = Listeners(daemon.socket, clients)
            listeners.listen(1)
            delays = [(arrived - born) / 1e6 for born, arrived in listeners.listen(SECONDS)]
            listeners.close()
    check(len(delays) > clients * SECONDS * 8, f"{len(delays)} messages came")
    p50, p99 = percentile(delays, 0.5), percentile(delays, 0.99)
    row(f"roaster byte to SSE client, {clients} clients at 10 Hz (USB): p50, p99",
        f"{p50:.2f} ms, {p99:.2f} ms", "p99 < 20 ms", p99 < 20)


def status_load(rate=1000, workers=8):
    """Each request's time counts from when it was due: one that waits for its turn counts as slow."""
    with folder() as place, Daemon(place, *UNLIMITED, listen=["127.0.0.1:0"]) as daemon:
        word = daemon.client.ask("POST", "/v1/tokens", {"name": "b", "role": "viewer"})[1]["token"]
        ran = subprocess.run(
            [sys.executable, os.path.abspath(__file__), "--load", str(daemon.ports()[0]), word,
             str(rate), str(SECONDS), str(workers)], capture_output=True, text=True, check=True)
        p50, p99, done = map(float, ran.stdout.split())
        row(f"/v1/status at {rate} requests/s for {SECONDS:.0f} s ({done / SECONDS:.0f}/s done): p50, p99",
            f"{p50:.2f} ms, {p99:.2f} ms", "p99 < 5 ms", p99 < 5 and done >= 0.99 * rate * SECONDS)


def load(port, word, rate, seconds, workers):
    """One thread, some kept-alive connections, each asked in turn at its due time."""
    request = (f"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {word}\r\n"
               "\r\n").encode()
    selector, free, due = selectors.DefaultSelector(), [], {}
    for _ in range(workers):
        one = socket.create_connection(("127.0.0.1", port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.setblocking(False)
        selector.register(one, selectors.EVENT_READ, bytearray())
        free.append(one)
    took, began, sent, total = [], time.perf_counter(), 0, int(rate * seconds)
    while len(took) < total and time.perf_counter() - began < seconds + 5:
        now = time.perf_counter()
        while free and sent < total and began + sent / rate <= now:
            one = free.pop()
            due[one] = began + sent / rate
            one.send(request)
            sent += 1
        wait = 0.05 if not free or sent >= total else max(0, began + sent / rate - now)
        for key, _ in selector.select(wait):
            key.data.extend(key.fileobj.recv(65536))
            head, gap, body = bytes(key.data).partition(b"\r\n\r\n")
            at = head.lower().find(b"content-length: ")
            if gap and len(body) >= int(head[at + 16:].split(b"\r\n")[0]):
                if not head.startswith(b"HTTP/1.1 200"):
                    sys.exit(head.decode())
                took.append((time.perf_counter() - due[key.fileobj]) * 1000)
                key.data.clear()
                free.append(key.fileobj)
    print(percentile(took, 0.5), percentile(took, 0.99), len(took))


def times(client, path, count=30):
    """Milliseconds of each request on a connection that stays."""
    connection = client.connection()
    took = []
    for _ in range(count):
        began = time.perf_counter()
        connection.request("GET", path, headers=client.headers)
        answer = connection.getresponse()
        body = answer.read()
        took.append((time.perf_counter() - began) * 1000)
        check(answer.status == 200, f"{path}: {answer.status}")
    connection.close()
    return took, body


def many_roasts(count=10_000):
    with folder() as place:
        daemon = Daemon(place, *UNLIMITED)
        with daemon:
            daemon.is_well()
            daemon.stop()
        database = sqlite3.connect(daemon.database)
        database.executemany("""
            INSERT INTO roasts (id, run_id, batch, status, began_ms, began_ns, boot_id, ended_ms,
              ended_ns, first_telemetry_id, last_telemetry_id, device, is_simulated, serial, title,
              beans, grams_in, grams_out, notes, duration_seconds, first_crack_seconds,
              development_ratio, drop_bean_celsius)
            VALUES (?, 1, 1, 'ended', ?, 0, 'b', ?, 1, NULL, NULL, 'usb', 0, '1001', ?, ?, 400, 345,
              'a note of some length', 600, 480, 0.2, 210)""", (
                  (number, 1767225600000 + number * 3_600_000, 1767226200000 + number * 3_600_000,
                   f"Roast {number}", f"Beans {number % 50}") for number in range(1, count + 1)))
        database.commit()
        database.close()
        with daemon:
            daemon.is_well()
            cases = [("", "GET /v1/roasts"), ("?limit=500", "GET /v1/roasts?limit=500"),
                     ("?q=roast%2099", "GET /v1/roasts?q=..."),
                     ("?beans=Beans%207&limit=500", "GET /v1/roasts?beans=...")]
            for query, name in cases:
                took, body = times(daemon.client, "/v1/roasts" + query)
                check(json.loads(body)["roasts"], f"{name}: nothing found")
                row(f"{name} with {count} roasts: p50, most",
                    f"{statistics.median(took):.1f} ms, {max(took):.1f} ms", "< 50 ms",
                    max(took) < 50)


def long_roast():
    with folder() as place, Daemon(place, *UNLIMITED, "--speed", "100", device="twin:dark") as daemon:
        daemon.wait_for(lambda s: s["roast"]["ended_seconds"] or (s["roast"]["seconds"] or 0) > 740,
                        30, "12 minutes of a roast")
        time.sleep(0.6)
        seconds = daemon.status["roast"]["seconds"]
        daemon.stop()
        daemon.arguments[-1] = "1"  # a twin in no hurry leaves the processor to the question
        with daemon:
            daemon.is_well()
            took, body = times(daemon.client, "/v1/roasts/1")
            points = len(json.loads(body)["curve"]["seconds"])
            row(f"GET /v1/roasts/ID, {seconds / 60:.1f} min, {points} points, {len(body) // 1000} kB: "
                "p50, most", f"{statistics.median(took):.1f} ms, {max(took):.1f} ms", "< 30 ms",
                statistics.median(took) < 30)


def quiet_load(clients=10):
    with folder() as place, Daemon(place) as daemon:
        listeners = Listeners(daemon.socket, clients)
        listeners.listen(2)
        before = cpu_seconds(daemon.pid)
        began = time.monotonic()
        messages = listeners.listen(SECONDS)
        share = (cpu_seconds(daemon.pid) - before) / (time.monotonic() - began) * 100
        check(len(messages) > clients * SECONDS * 8, f"{len(messages)} messages came")
        resident = resident_mb(daemon.pid)
        listeners.close()
    row(f"CPU at 10 Hz with {clients} clients, the twin at speed 1", f"{share:.1f} %", "< 3 %", share < 3)
    row(f"resident memory at 10 Hz with {clients} clients", f"{resident:.1f} MB", "< 40 MB", resident < 40)


def audit_times(daemon, action):
    """The CLOCK_MONOTONIC nanoseconds of such rows."""
    database = sqlite3.connect(f"file:{daemon.database}?mode=ro", uri=True)
    try:
        return [at for at, in database.execute(
            "SELECT at_ns FROM audit WHERE action = ? ORDER BY id", (action,))]
    finally:
        database.close()


def aborting(count=40):
    """Over USB the audit bears the computer's own CLOCK_MONOTONIC of the moment after libusb took the
    first step; the roaster's frames are played, so its heater stays on and each abort is the same."""
    delays = []
    with folder() as place:
        daemon = faults.EmulatedDaemon(place, faults.roast_frames(1, 300, 1))
        daemon.arguments += UNLIMITED
        with daemon:
            daemon.is_well()
            for _ in range(count):
                before = len(audit_times(daemon, "bytes_sent"))
                began = time.monotonic_ns()
                status, answer = daemon.client.ask("POST", "/v1/abort", {})
                check(status == 200, f"abort: {status} {answer}")
                faults.wait_until(lambda: len(audit_times(daemon, "bytes_sent")) > before, 5, "a step")
                delays.append((audit_times(daemon, "bytes_sent")[before] - began) / 1e6)
                daemon.client.ask("POST", "/v1/reset", {"because": "again"})
                time.sleep(0.15 + 0.013 * (len(delays) % 8))
    row("an abort to the first heater step on the wire (USB): p50, most",
        f"{percentile(delays, 0.5):.1f} ms, {max(delays):.1f} ms", "< 20 ms", max(delays) < 20)


def proposing(count=30):
    """At L5, rehearsal included, from the question to the answer that it is stored and approved."""
    import govern  # its checks are not run, only its shop is used
    with govern.shop(speed="3") as it:
        agent = Client(it.daemon.socket, it.tokens["agent"])
        person = Client(it.daemon.socket, it.tokens["operator"])
        it.daemon.wait_for(lambda s: s["reading"]["roast_seconds"] > 65, 70, "a minute of roast")
        person.ask("POST", "/v1/presence")
        person.ask("PUT", "/v1/autonomy",
                   {"level": "L5", "because": "bench", "override_seconds": 3600})
        took, told = [], set()
        for number in range(count):
            person.ask("POST", "/v1/presence")
            agent.ask("POST", "/v1/presence")
            wish = {"kind": "fan", "level": 3 + number % 2, "because": "bench"}
            began = time.perf_counter()
            status, answer = agent.ask("POST", "/v1/proposals", wish)
            took.append((time.perf_counter() - began) * 1000)
            check(status == 201 and answer["forecast"], f"{status} {answer}")
            told.add(answer["status"])
            faults.wait_until(lambda: it.show(answer["id"])["status"] == "completed", 10, "its end")
            for _ in range(3):  # what the minimum interval asks for
                time.sleep(0.6)
                agent.ask("POST", "/v1/presence")
    row(f"a proposal at L5, rehearsed and stored ({', '.join(sorted(told))}): p50, most",
        f"{percentile(took, 0.5):.1f} ms, {max(took):.1f} ms", "p99 < 30 ms",
        percentile(took, 0.99) < 30)


def starting(count=15):
    took = []
    for _ in range(count):
        with folder() as place, Daemon(place) as daemon:
            took.append(daemon.ready_seconds * 1000)
    row("a clean start, to ready: p50, most",
        f"{statistics.median(took):.0f} ms, {max(took):.0f} ms", "< 150 ms",
        statistics.median(took) < 150)


def main():
    if sys.argv[1:2] == ["--load"]:
        port, word, rate, seconds, workers = sys.argv[2:]
        return load(int(port), word, int(rate), float(seconds), int(workers))
    print(f"{ROAST}, {os.path.getsize(ROAST) / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f}")
    row("what", "figure", "required")
    for measure in (lambda: byte_to_client(50), status_load, many_roasts, long_roast, quiet_load,
                    aborting, proposing, starting):
        measure()


main()
