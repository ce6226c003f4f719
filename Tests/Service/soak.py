"""A week of roasts in a quarter of an hour: the memory of the daemon stays flat, and every roast is
there.

soak.py [--days N] [--speed N]     7 days unless told otherwise, 600 times as fast as the wall; of less
                                   than a day the morning
"""
import collections
import concurrent.futures
import datetime
import http.client
import json
import os
import random
import re
import signal
import socket
import sqlite3
import statistics
import sys
import threading
import time

from daemon import ROOT, Daemon, Failure, check, folder, option, run

DAYS = float(option("--days", "7"))
SPEED = float(option("--speed", "600"))
DAY = 86_400
BATCHES = 5 if DAYS >= 1 else 2
# What the batches of a day and the shutting down take of it; the rest is night.
BUSY_SECONDS = 6_900
# At this speed a second in which the process or the disk stands still is one of ten minutes, and what
# waits in memory meanwhile leaves its mark there. So that this computer's own stalls leave none later,
# longer ones are brought about before the first roast, and what takes days to fill is filled.
STALL = 8 if DAYS >= 2 else 0
# How much of the resident memory may be more at the end than after the first day. Less than two days
# are a trial of this script, and show only that nothing runs away.
GROWTH = 0.10 if DAYS >= 2 else 0.50
# A day is looked at so many times, and at its end once while no client is there.
LOOKS = 40


def week(days):
    """A scenario of days in the shop: batches back to back on a machine that was cold, then a night."""
    with open(os.path.join(ROOT, "Simulator/scenarios/back-to-back.json")) as file:
        shipped = json.load(file)
    first = shipped["script"]
    charge = next(place for place, cue in enumerate(first) if "load" in cue["do"])
    drop = next(place for place, cue in enumerate(first) if "open door" in cue["do"])
    # Without the last step down, which is for a machine that is warmer than one can be sure of here.
    roast = [cue for cue in first[charge + 1:drop + 1] if "heater 3" not in cue["do"]]
    script = [{"when": {"seconds": 5 * STALL * SPEED}, "do": []}]
    for _ in range(days):
        script.append({"when": {"seconds": 60}, "do": ["prs"]})
        for batch in range(BATCHES):
            # A machine that was cold is left to soak up heat.
            soaking = 10 if batch else 900
            script.append({"when": {"state": "ready", "seconds": soaking}, "do": ["prs", "load 400"]})
            script += roast
            script.append({"when": {"state": "cooling", "seconds": 60}, "do": ["close door"]})
            if batch < BATCHES - 1:
                script.append({"when": {"seconds": 20}, "do": ["preheat again"]})
        script.append({"when": {"seconds": 120}, "do": ["prs"]})
        script.append({"when": {"seconds": DAY - BUSY_SECONDS}, "do": []})
    return {"schema": 1, "name": "week", "machine": "m1", "start": "cold", "script": script}


class Look:
    """What the system says of the process at one moment."""

    def __init__(self, pid, seconds):
        self.day = seconds / DAY
        with open(f"/proc/{pid}/status") as file:
            facts = dict(line.split(":", 1) for line in file)
        self.resident = int(facts["VmRSS"].split()[0])
        self.own = int(facts["RssAnon"].split()[0])
        self.heap = None
        self.threads = int(facts["Threads"])
        self.files = collections.Counter(os.listdir(f"/proc/{pid}/fd")).total()


class Clients:
    """People and programs at work: one reads the stream, others ask, mark and write."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.may = threading.Event()
        self.may.set()
        self.over = False
        self.at_rest = threading.Semaphore(0)
        self.counts = collections.Counter()
        self.wrong = None
        self.threads = [threading.Thread(target=self.repeat, args=body, daemon=True) for body in (
            (self.listen, 0), (self.poll, 0.02), (self.mark, 0.1), (self.write, 0.3),
            (self.read, 0.5))]
        for thread in self.threads:
            thread.start()

    def repeat(self, body, rest):
        client = self.daemon.client
        while not self.over and not self.wrong:
            if not self.may.is_set():
                self.at_rest.release()
                self.may.wait()
            try:
                body(client)
            except (Failure, OSError, ValueError, http.client.HTTPException) as failure:
                self.wrong = self.wrong or failure
            time.sleep(rest)

    def ask(self, client, method, path, body, *expected):
        status, answer = client.ask(method, path, body)
        check(status in expected, f"{method} {path}: {status} {answer}")
        return status, answer

    def listen(self, _):
        """Takes the stream as it comes until it is time to rest."""
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(self.daemon.socket)
            one.settimeout(20)
            one.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
            self.counts["streams"] += 1
            rest = b""
            while self.may.is_set() and not self.over:
                data = one.recv(1 << 20)
                if not data:
                    self.counts["dropped"] += 1
                    return
                data = rest + data
                cut = data.rfind(b"\n") + 1
                data, rest = data[:cut], data[cut:]
                self.counts["points"] += data.count(b"event: telemetry\n")
                self.counts["bytes"] += cut

    def poll(self, client):
        self.ask(client, "GET", "/v1/status", None, 200)
        self.counts["polls"] += 1

    def mark(self, client):
        status, _ = self.ask(client, "POST", "/v1/roasts/current/events",
                             {"event": "first_crack", "seconds_ago": 5}, 201, 404, 409)
        self.counts["marks"] += status == 201

    def write(self, client):
        self.ask(client, "PUT", "/v1/batch", {"beans": "Kenya", "grams_in": 400}, 200)
        self.ask(client, "PATCH", "/v1/roasts/last", {"notes": f"{time.time()}"}, 200, 404)
        self.counts["edits"] += 1

    def read(self, client):
        for path in ("/v1/roasts?limit=20", "/v1/roasts/last", "/v1/roasts/last/export?format=svg",
                     "/v1/telemetry", "/metrics"):
            self.ask(client, "GET", path, None, 200, 404)
        self.counts["reads"] += 1

    def rest(self):
        """Has them all gone for a moment."""
        self.may.clear()
        for _ in self.threads:
            check(self.at_rest.acquire(timeout=30) or self.wrong, "a client hangs")
        check(not self.wrong, f"a client was refused: {self.wrong}")

    def resume(self):
        self.may.set()

    def end(self):
        self.over = True
        self.may.set()
        for thread in self.threads:
            thread.join(30)


def simulated(status):
    return datetime.datetime.fromisoformat(status["now"])


def has_ended(daemon, roasts):
    """Whether the last of so many roasts is over."""
    newest = daemon.client.get("/v1/roasts?limit=1")["roasts"]
    return [(roast["id"], roast["status"]) for roast in newest] == [(roasts, "ended")]


def live(daemon, days, roasts):
    """Lets the days pass, and the last roast end. What was seen of the process: all the time, and at
    rest."""
    looks, rests = [], []
    began = simulated(daemon.status)
    lost = fill(daemon) if STALL else 0
    clients = Clients(daemon)
    step = min(DAY, days * DAY / 4)
    while (seconds := (simulated(daemon.status) - began).total_seconds()) < days * DAY \
            or not has_ended(daemon, roasts):
        check(seconds < days * DAY + 10_000, f"roast {roasts} never ended")
        looks.append(Look(daemon.pid, seconds))
        if seconds >= step * (len(rests) + 1) and seconds < days * DAY:
            rests.append(rested(daemon, clients, seconds))
            clients.resume()
        check(not clients.wrong, f"a client was refused: {clients.wrong}")
        check(not daemon.ended(), "the daemon ended")
        time.sleep(step / SPEED / LOOKS)
    rests.append(rested(daemon, clients, seconds))
    clients.end()
    return looks, rests, lost, clients.counts


def fill(daemon):
    """Fills what is bounded: the stream's ring, the queue of the loop, the backlog of the journal, and
    the pages of the file that each reader keeps. How many points that cost."""
    at_once(8, lambda client: [
        client.ask("PUT", "/v1/batch", {"notes": f"{random.random():<300}"}) for _ in range(2_500)],
        daemon)
    os.kill(daemon.pid, signal.SIGSTOP)
    time.sleep(STALL)
    os.kill(daemon.pid, signal.SIGCONT)
    other = sqlite3.connect(daemon.database, isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    time.sleep(2)
    other.execute("ROLLBACK")
    other.close()
    status = daemon.wait_for(
        lambda s: s["store"]["state"] == "ok" and s["store"]["pending"] < 2_000, 20,
        "a disk that keeps up again")
    ago = (simulated(status) - datetime.timedelta(seconds=4_000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    at_once(8, lambda client: client.ask("GET", f"/v1/telemetry?from={ago}&step=0"), daemon)
    return status["store"]["lost_points"]


def at_once(count, body, daemon):
    """So many clients do the same at the same time."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(body, daemon.client) for _ in range(count)]:
            done.result()


def rested(daemon, clients, seconds):
    clients.rest()
    time.sleep(0.5)
    look = Look(daemon.pid, seconds)
    text = daemon.client.ask("GET", "/metrics")[1]
    look.heap = float(re.search(r"^roast_heap_bytes (\S+)", text, re.MULTILINE)[1]) / 1024
    return look


def report(looks, rests, out=print):
    out("  day   resident (own)     heap  files  threads")
    for one in rests:
        out(f"  {one.day:4.2f}  {one.resident / 1024:6.1f} MB ({one.own / 1024:.1f})"
            f"  {one.heap / 1024:4.1f} MB  {one.files:5}  {one.threads:7}", flush=True)


def is_flat(looks, rests):
    """Whether memory, files and threads stayed what they were after the first day (of a shorter run:
    after its first quarter)."""
    first, last = rests[0], rests[-1]
    later = [look for look in looks if look.day >= first.day]
    growth = last.resident / first.resident - 1
    check(growth < GROWTH, f"resident memory grew by {growth:.1%}, "
          f"from {first.resident} kB to {last.resident} kB")
    slope = statistics.linear_regression(
        [look.day for look in later], [look.resident for look in later]).slope
    trend = slope * (last.day - first.day) / first.resident
    # What is resident creeps where blocks lie unluckily; what the heap has given out does not.
    heap = last.heap / first.heap - 1
    check(DAYS < 2 or heap < GROWTH / 2, f"the heap in use grew by {heap:.1%}, from "
          f"{first.heap:.0f} kB to {last.heap:.0f} kB")
    # The system's pool of threads breathes; what a day leaves behind would be seven by the end.
    for what, slack in (("files", 2), ("threads", 4)):
        seen = [getattr(one, what) for one in rests]
        check(max(seen[1:]) <= seen[0] + slack, f"{what} at rest: {seen}")
    return (f"{first.resident / 1024:.1f} MB after {first.day:.2f} days, "
            f"{last.resident / 1024:.1f} MB after {last.day:.2f} ({growth:+.1%}, trend {trend:+.1%}, "
            f"heap in use {heap:+.1%}, "
            f"most {max(look.resident for look in looks) / 1024:.1f} MB); {last.files} open files, "
            f"{last.threads} threads")


def is_whole(daemon, roasts, lost):
    """Every roast is in the file with all its points, and the file is sound."""
    database = sqlite3.connect(daemon.database)
    try:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
        check(found == "ok", f"integrity: {found}")
        rows = database.execute(
            "SELECT id, status, first_telemetry_id, last_telemetry_id, duration_seconds FROM roasts"
            " ORDER BY id").fetchall()
        check([row[:2] for row in rows] == [(number + 1, "ended") for number in range(roasts)],
              f"{roasts} roasts were roasted; stored: {[row[:2] for row in rows]}")
        missing = 0
        for number, _, first, last, seconds in rows:
            points, = database.execute(
                "SELECT count(*) FROM telemetry WHERE id BETWEEN ? AND ?", (first, last)).fetchone()
            missing += last - first + 1 - points
            check(300 < seconds < 900, f"roast {number} took {seconds} s")
            kinds = [kind for kind, in database.execute(
                "SELECT kind FROM events WHERE roast_id = ?", (number,))]
            for kind in ("charged", "first_crack", "dropped"):
                check(kind in kinds, f"roast {number} has no {kind}: {set(kinds)}")
        points, = database.execute("SELECT count(*) FROM telemetry").fetchone()
    finally:
        database.close()
    check(missing <= lost, f"{missing} points of roasts are missing, {lost} are said to be lost")
    check(lost <= points / 1000, f"{lost} of {points} points were lost: the disk did not keep up")
    return points


def soak():
    days = DAYS
    whole = max(1, int(days + 0.5))
    roasts = BATCHES * whole
    with folder() as place:
        path = os.path.join(place, "week.json")
        with open(path, "w") as file:
            json.dump(week(whole + 1), file)
        daemon = Daemon(place, "--speed", f"{SPEED:g}", "--requests-per-second", "100000",
                        "--log-level", "warning", device="twin:" + path)
        began = time.monotonic()
        try:
            daemon.start()
            looks, rests, given_up, counts = live(daemon, days, roasts)
            took = time.monotonic() - began
            store = daemon.status["store"]
            stopped = daemon.stop()
            report(looks, rests)
            flat = is_flat(looks, rests)
            lost = store["lost_points"] - given_up
            points = is_whole(daemon, roasts, lost)
            size = os.path.getsize(daemon.database)
        finally:
            daemon.end()
    for what in ("points", "polls", "marks", "edits", "reads"):
        check(counts[what] > 0, f"no {what}: {counts}")
    return (f"{flat}; {roasts} roasts, {points} points, {lost} lost; "
            f"{size / 1e6:.0f} MB, integrity ok; {counts['polls']} polls, {counts['marks']} marks, "
            f"{counts['reads']} reads, {counts['points']} points streamed; "
            f"{took:.0f} s, stopped in {stopped:.2f} s")


if __name__ == "__main__":
    sys.exit(run([(f"{DAYS:g} simulated days of roasts in flat memory", soak)]))
