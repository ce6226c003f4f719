"""kill -9 at a random moment under load, again and again: nothing acknowledged may be missing.

crash.py [ROUNDS] [SEED]   half of the rounds with the twin inside, half with a twin of its own
"""
import http.client
import json
import random
import sqlite3
import sys
import threading
import time

from daemon import Daemon, Failure, TwinProcess, check, folder, option, run

NUMBERS = [int(word) for word in sys.argv[1:] if word.isdigit()]
ROUNDS = NUMBERS[0] if NUMBERS else 20
SEED = NUMBERS[1] if len(NUMBERS) > 1 else int(time.time())
MARKS = ["yellowing", "first_crack", "second_crack"]


class Kept:
    """A value that one writer sets again and again: the last acknowledged one, or one that was sent
    after it, must be there. `before` is what there was when nothing was acknowledged yet."""

    def __init__(self, before=None):
        self.allowed = [before]
        self.sent = []

    def send(self, value):
        self.allowed.append(value)
        self.sent.append(value)

    def place(self, value):
        """Which of those that were sent it is."""
        return (f"the {self.sent.index(value) + 1}. of {len(self.sent)} that were sent"
                if value in self.sent else f"none of {len(self.sent)} that were sent")

    def acknowledge(self, value):
        self.allowed = [value]


class Load:
    """Clients that write, and what the daemon acknowledged to them."""

    def __init__(self, daemon, generator):
        self.daemon = daemon
        self.random = generator
        # At rest between two writes: every write brings the telemetry before it to the disk.
        self.rest = generator.choice([0, 0.02, 1.0])
        self.events = {}
        self.title = Kept()
        self.titled = None
        self.beans = Kept(daemon.client.get("/v1/batch")["beans"])
        # The last mark that was taken, or may have been: the answer to it may have been lost.
        self.mark_sent = None
        self.told = []
        self.ending = False
        self.pause = threading.Event()
        self.wrong = None

    def start(self):
        self.threads = [threading.Thread(target=self.repeat, args=(body,), daemon=True)
                        for body in (self.mark, self.set_title, self.set_batch)]
        for thread in self.threads:
            thread.start()
        self.daemon.client.stream(self.hear)

    def hear(self, message):
        if message.get("event") == "telemetry":
            self.told.append((time.monotonic(), json.loads(message["data"])["id"]))

    def repeat(self, body):
        client = self.daemon.client
        while not self.ending:
            try:
                body(client)
                self.pause.wait(self.rest)
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(0.005)  # it was killed, or is about to be
            except Failure as failure:
                self.wrong = failure
                return

    def ask(self, client, method, path, body, *expected):
        status, answer = client.ask(method, path, body)
        check(status in expected, f"{method} {path} under load: {status} {answer}")
        return status, answer

    def mark(self, client):
        mark = {"event": self.random.choice(MARKS), "seconds_ago": self.random.uniform(0, 20),
                "key": f"tap {self.random.random()}"}
        before, self.mark_sent = self.mark_sent, mark
        status, answer = self.ask(
            client, "POST", "/v1/roasts/current/events", mark, 201, 404, 409, 503)
        check(status != 503 or answer["code"] == "not_heard_yet", f"a mark under load: {answer}")
        if status != 201 or not answer["events"]:
            self.mark_sent = before
            return
        for event in answer["events"]:
            self.events[event["id"]] = event["event"]

    def set_title(self, client):
        title = f"batch {self.random.random()}"
        self.title.send(title)
        status, answer = self.ask(
            client, "PATCH", "/v1/roasts/last", {"title": title}, 200, 404)
        if status == 200:
            self.titled = answer["id"]
            self.title.acknowledge(title)

    def set_batch(self, client):
        name = f"beans {self.random.random()}"
        self.beans.send(name)
        status, _ = self.ask(client, "PUT", "/v1/batch", {"beans": name}, 200)
        if status == 200:
            self.beans.acknowledge(name)

    def end(self):
        self.ending = True
        self.pause.set()
        for thread in self.threads:
            thread.join(5)
        if self.wrong:
            raise self.wrong


def verify(daemon, load, killed):
    """Looks for everything acknowledged in the file as the kill left it. Seconds of telemetry lost."""
    database = sqlite3.connect(daemon.database, timeout=5)
    try:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
        check(found == "ok", f"integrity: {found}")
        stored = dict(database.execute("SELECT id, kind FROM events"))
        for number, name in load.events.items():
            check(stored.get(number) == name,
                  f"event {number} ({name}) was acknowledged; stored: {stored.get(number)}")
        if load.titled:
            row = database.execute(
                "SELECT title FROM roasts WHERE id = ?", (load.titled,)).fetchone()
            # A roast that began meanwhile has the titles that were sent after.
            newer = database.execute("SELECT max(id) FROM roasts").fetchone()[0] > load.titled
            check(row and (newer or row[0] in load.title.allowed),
                  f"title {load.title.allowed} of roast {load.titled} was acknowledged; stored: {row}")
        load.mark_kept = database.execute(
            "SELECT id, roast_id FROM events WHERE key = ? ORDER BY id",
            (load.mark_sent["key"],)).fetchall() if load.mark_sent else []
        return lost_seconds(database, load, killed)
    finally:
        database.close()


def lost_seconds(database, load, killed):
    """How long before the kill the first point was told that is not in the file."""
    last, = database.execute("SELECT max(id) FROM telemetry").fetchone()
    lost = [at for at, number in load.told if number > (last or 0) and at <= killed]
    seconds = killed - lost[0] if lost else 0
    check(seconds <= 1.0, f"telemetry told {seconds:.2f} s before the kill is missing")
    holes = database.execute(
        "SELECT run_id, max(id) - min(id) + 1 - count(*) FROM telemetry GROUP BY run_id").fetchall()
    check(all(missing == 0 for _, missing in holes), f"points missing within runs: {holes}")
    return seconds


def verify_resumed(daemon, load):
    """What the next life of the daemon says, and whether it knows the last mark that was kept."""
    said = daemon.client.get("/v1/batch")["beans"]
    check(said in load.beans.allowed,
          f"the next batch's beans {load.beans.allowed} were acknowledged or sent; now: {said}, "
          f"{load.beans.place(said)}")
    if not load.mark_kept:
        return 0
    roast = load.mark_kept[0][1]
    status, again = daemon.client.ask("POST", f"/v1/roasts/{roast}/events", load.mark_sent)
    check(status == 200 and [(one["id"], one["roast_id"]) for one in again["events"]]
          == load.mark_kept,
          f"the mark {load.mark_sent} is kept as {load.mark_kept}; sent again: {status} {again}")
    return 1


def one_round(daemon, load, seconds, facts):
    time.sleep(seconds)
    killed = time.monotonic()
    daemon.kill()
    load.end()
    facts["gap"] = max(facts["gap"], verify(daemon, load, killed))
    facts["events"] += len(load.events)
    facts["points"] += len(load.told)
    facts["titles"] += load.titled is not None


def rounds(count, generator, speed, between, outside):
    facts = {"events": 0, "titles": 0, "points": 0, "repeated": 0, "gap": 0.0}

    def play(daemon):
        for _ in range(count):
            daemon.start()
            load = Load(daemon, generator)
            load.start()
            one_round(daemon, load, generator.uniform(*between), facts)
            daemon.start()
            facts["repeated"] += verify_resumed(daemon, load)
            daemon.kill()
        daemon.start().is_well()
        daemon.stop()

    def body():
        with folder() as place:
            twin = TwinProcess(place, "back-to-back", speed) if outside else None
            device = f"twin@{twin.path}" if twin else "twin:medium"
            daemon = Daemon(place, "--requests-per-second", "100000", device=device)
            daemon.arguments += [] if twin else ["--speed", str(speed)]
            try:
                play(daemon)
            finally:
                daemon.end()
                if twin:
                    twin.end()
        for what in ("events", "titles", "points", "repeated"):
            check(facts[what] > 0, f"no {what} ever came: the test tested nothing")
        return (f"{count} rounds, {facts['events']} events and {facts['titles']} titles "
                f"acknowledged, all there; {facts['repeated']} marks sent again; at most {facts['gap']:.2f} s of telemetry lost")

    return body


if __name__ == "__main__":
    inside = ROUNDS // 2
    print(f"seed {SEED}", flush=True)
    sys.exit(run([
        ("kill -9 with the twin inside",
         rounds(inside, random.Random(SEED), 100, (0.1, 4.0), False)),
        ("kill -9 while the twin in its own process roasts on",
         rounds(ROUNDS - inside, random.Random(SEED + 1), 20, (0.1, 4.0), True)),
    ], at_once=2, only=option("--only")))
