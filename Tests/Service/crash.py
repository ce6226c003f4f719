"""kill -9 at a random moment under load, again and again: nothing acknowledged may be missing.

crash.py [ROUNDS] [SEED]   half of the rounds with the twin inside, half with a twin of its own
"""
import json
import random
import sqlite3
import sys
import threading
import time

from daemon import Daemon, Failure, TwinProcess, check, folder, run, wait_until

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
WRITERS = 3


class Load:
    """Clients that write, and what the daemon acknowledged to them."""

    def __init__(self, daemon, random):
        self.daemon = daemon
        self.random = random
        self.events = {}
        self.withdrawn = set()
        self.titles = {}
        self.batch = None
        self.told = []
        self.ending = False
        self.refused = 0

    def start(self):
        self.threads = [threading.Thread(target=self.write, args=(number,), daemon=True)
                        for number in range(WRITERS)]
        for thread in self.threads:
            thread.start()
        self.daemon.client.stream(self.hear)

    def hear(self, message):
        if message.get("event") == "telemetry":
            self.told.append((time.monotonic(), json.loads(message["data"])["id"]))

    def write(self, number):
        client = self.daemon.client
        while not self.ending:
            try:
                self.write_once(client, number)
            except (OSError, json.JSONDecodeError, Exception) as error:
                if not self.ending and isinstance(error, Failure):
                    raise
                if self.ending:
                    return
                time.sleep(0.005)

    def write_once(self, client, number):
        mark = {"event": ["yellowing", "first_crack", "second_crack"][number % 3], "seconds_ago": 0}
        status, answer = client.ask("POST", "/v1/roasts/current/events", mark)
        if status in (200, 201):
            for event in answer["events"]:
                self.events[event["id"]] = event["event"]
        else:
            self.refused += 1
        if number == 0:
            title = f"batch {self.random.random()}"
            status, answer = client.ask("PATCH", "/v1/roasts/last", {"title": title})
            if status == 200:
                self.titles[answer["id"]] = (title, time.monotonic())
        if number == 1:
            name = f"beans {self.random.random()}"
            status, _ = client.ask("PUT", "/v1/batch", {"beans": name})
            if status == 200:
                self.batch = name

    def end(self):
        self.ending = True


def verify(daemon, load, killed, points_a_second):
    database = sqlite3.connect(daemon.database, timeout=5)
    try:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
        check(found == "ok", f"integrity: {found}")
        stored = dict(database.execute("SELECT id, kind FROM events"))
        for number, name in list(load.events.items()):
            check(stored.get(number) == name, f"acknowledged event {number} ({name}) is missing")
        for roast, (title, _) in list(load.titles.items()):
            now = database.execute("SELECT title FROM roasts WHERE id = ?", (roast,)).fetchone()
            check(now and now[0] == title, f"acknowledged title of roast {roast} is missing: {now}")
        last = database.execute("SELECT max(id) FROM telemetry").fetchone()[0] or 0
        before = [number for at, number in load.told if at < killed - 1.0]
        if before:
            check(last >= before[-1], f"point {before[-1]} was told 1 s before and is missing")
        told = [number for at, number in load.told if at <= killed]
        lost = max(0, told[-1] - last) if told else 0
        return len(load.events), len(load.titles), lost / points_a_second
    finally:
        database.close()


def rounds(count, generator, device, speed, between):
    facts = {"events": 0, "titles": 0, "gap": 0.0}

    def body():
        with folder() as place:
            twin = None
            if device == "twin@":
                twin = TwinProcess(place, "back-to-back", speed)
                daemon = Daemon(place, device=f"twin@{twin.path}")
            else:
                daemon = Daemon(place, "--speed", str(speed), device=device)
            daemon.arguments += ["--requests-per-second", "100000"]
            try:
                for number in range(count):
                    daemon.start()
                    load = Load(daemon, generator)
                    load.start()
                    time.sleep(generator.uniform(*between))
                    killed = time.monotonic()
                    daemon.kill()
                    load.end()
                    events, titles, gap = verify(daemon, load, killed, 10 * speed)
                    facts["events"] += events
                    facts["titles"] += titles
                    facts["gap"] = max(facts["gap"], gap)
                daemon.start()
                status = daemon.client.get("/v1/status")
                check(status["store"]["state"] == "ok", f"store: {status['store']}")
                wait_until(lambda: daemon.client.get("/v1/status")["link"]["state"] == "up", 10,
                           "the link after the last crash")
                daemon.stop()
            finally:
                if daemon.process and not daemon.ended():
                    daemon.kill()
                if twin:
                    twin.end()
        check(facts["events"] > 0, "no mark was ever acknowledged: the test tested nothing")
        return (f"{count} rounds, {facts['events']} events and {facts['titles']} titles "
                f"acknowledged, all there; at most {facts['gap']:.2f} s of telemetry lost")

    return body


if __name__ == "__main__":
    print(f"seed {SEED}")
    generator = random.Random(SEED)
    inside = ROUNDS // 2
    sys.exit(run([
        ("killed with the twin inside",
         rounds(inside, generator, "twin:medium", 100, (0.2, 12.0 if inside > 50 else 8.0))),
        ("killed while the twin in its own process roasts on",
         rounds(ROUNDS - inside, generator, "twin@", 20, (0.2, 2.5))),
    ]))
