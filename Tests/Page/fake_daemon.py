"""A stand-in for the daemon: serves the page's files and speaks its API from a scripted roast.

It lets the page be built and checked without the daemon, and does on request what the real one
does only when a disk or a cable fails.
"""

import http.server
import itertools
import json
import secrets
import threading
import time

import scripted_roast as script
from fake_desk import FakeDesk
from fake_server import Refused, handler_of
from scripted_roast import BEGAN, CYCLE, ROAST, text_of

MARKABLE = ["yellowing", "first_crack", "first_crack_end", "second_crack"]
SPACING = 0.5
OLDEST = 31


class FakeDaemon:
    """The daemon's state: a script's second, marks, a ring of messages."""

    def __init__(self, at=BEGAN + 200, speed=5.0):
        self.speed = speed
        self.codes = {}
        self.sessions = {}
        self.lock = threading.RLock()
        self.news = threading.Condition(self.lock)
        self.is_store_broken = False
        self.are_cases_there = True
        self.case_lists = 0
        self.link_state = "up"
        self.unit = None
        self.trust = "trusted"
        # What stands in an outlook instead, by the outlook.
        self.bend = lambda outlook: {}
        self.pilot = None
        # For so many seconds the next answer about alarms is on its way.
        self.slow_answer = None
        self.past = {number: script.past_roast(number, time.time() * 1000)
                     for number in range(1, OLDEST)}
        self.batch = {"title": "Guji, lighter", "beans": "Ethiopia Guji", "grams_in": 400,
                      "notes": None}
        self.details = {}
        self.mark_log = []
        self.resumed = 0
        self.jump(at)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        threading.Thread(target=self.tick, daemon=True).start()

    # Time

    def jump(self, second):
        """Another run of the daemon, at this second of the script."""
        with self.lock:
            self.began_real = time.time()
            self.offset = second
            self.zero_ms = self.began_real * 1000 - second * 1000
            self.run = secrets.token_hex(4)
            self.desk = FakeDesk(self)
            self.ring = []
            self.marks = {}
            self.answers = {}
            self.next_id = itertools.count(1)
            self.told = second
            self.ring_floor = 0
            self.news.notify_all()

    def second(self):
        """Now, in the script's seconds."""
        return self.offset + (time.time() - self.began_real) * self.speed

    def at(self, second):
        """A second of the script in milliseconds since 1970."""
        return self.zero_ms + second * 1000

    # Messages

    def publish(self, kind, data):
        """To all streams."""
        with self.lock:
            self.ring.append((len(self.ring) + 1, kind, json.dumps(data)))
            self.news.notify_all()

    def tick(self):
        """Tells what the script has come to."""
        while True:
            time.sleep(SPACING / self.speed)
            with self.lock:
                self.desk.tick()
                before, now = self.told, int(self.second() / SPACING) * SPACING
                if now <= before:
                    continue
                self.told = now
                for event in self.events_between(before, now):
                    self.publish("event", event)
                if self.link_state == "up":
                    self.publish("telemetry", self.reading(now))
                if int(now) != int(before):
                    self.publish("roast", self.progress(now))
                if int(now) // 5 != int(before) // 5:
                    self.publish("outlook", self.outlook())

    def events_between(self, after, until):
        batch = script.batch_of(max(0, until))[0]
        rows = [row for row in script.happenings(batch) if after < row[0] <= until]
        return [self.event(*row, batch) for row in rows if row[1] not in self.marks]

    def event(self, second, name, category, source, members, batch, change="announced", author=None):
        began = batch * CYCLE + BEGAN
        members = dict(members)
        happened = began + members.pop("landmark_at", second - began)
        seconds = happened - began
        return {
            "id": f"e{second:.3f}-{name}-{change}", "roast_id": OLDEST + batch if seconds >= 0 else None,
            "author": author, "event": name, "category": category, "batch": batch, "change": change,
            "source": source, "at": text_of(self.at(happened)), "announced": text_of(self.at(second)),
            "roast_seconds": round(seconds, 3) if seconds >= 0 else None,
            "bean_celsius": round(script.bean_at(seconds), 1) if seconds >= 0 else None,
            "ibts_celsius": None, "gap_seconds": None, **members,
        }

    # What there is to tell

    def reading(self, second):
        batch, within, roast_second = script.batch_of(second)
        is_roast = 0 <= roast_second <= ROAST
        return {
            "id": int(second / SPACING), "at": text_of(self.at(second)),
            "monotonic_ns": int(second * 1e9), "sequence": int(second / SPACING),
            "roast_id": OLDEST + batch if is_roast else None,
            "roast_seconds": round(roast_second, 3) if is_roast else None,
            "clock_seconds": int(roast_second) if is_roast else 0, "exhaust_celsius": 180.0,
            "fan_rpm": 1200, "mains_volts": 230, "preheat_target_celsius": 230, "suspect": [],
            **script.measured(second),
            **{f"{control}_level": level for control, level in self.desk.levels.items()},
        }

    def outlook(self):
        """What comes next, by the script itself."""
        roast_second = script.batch_of(self.told)[2]
        if not 0 <= roast_second <= ROAST:
            return None
        seconds = [roast_second + ahead for ahead in range(0, 300, 5)]
        beans = [round(script.bean_at(at), 1) for at in seconds]
        bands = [1 + 0.02 * (at - roast_second) for at in seconds]
        outlook = {
            "at_seconds": roast_second, "trust": self.trust, "grams": 400, "grams_known": True,
            "trust_text": "not trustworthy now: BT does what the model cannot explain",
            "seconds": seconds, "bean_celsius": beans, "bean_band_celsius": bands,
            "ibts_celsius": [bean + 12 for bean in beans], "ibts_band_celsius": bands,
            "rate_of_rise_celsius_per_minute": [8] * 60, "estimates": [], "yellowing": None,
            "first_crack": None, "first_crack_celsius": 187, "first_crack_deviation_celsius": 3,
            "rate_of_rise_band_celsius_per_minute": [2] * 60,
        }
        return {**outlook, **self.bend(outlook)}

    def steer(self, method, body):
        """Starts or stops the pilot."""
        if method == "DELETE":
            self.pilot = {**self.pilot, "state": "stopping"}
        else:
            target = body.get("target") or {"name": f"roast {body['roast']}"}
            if not isinstance((target.get("drop") or {}).get("seconds", 0), (int, float)):
                raise Refused(400, "bad_body", "target.drop.seconds must be a number from 0.0 to 36000.0",
                              "Specs/pilot.md describes a target.")
            self.pilot = {"name": "pilot", "mode": body["mode"], "target": target["name"],
                          "state": "flying", "since": text_of(self.at(self.second())), "words": []}
        self.publish("pilot", self.pilot)
        return {"pilot": self.pilot}

    def pilot_says(self, kind, text, is_urgent=False):
        """A word of the pilot."""
        words = self.pilot["words"]
        word = {"id": len(words) + 1, "at": text_of(self.at(self.second())), "kind": kind,
                "text": text, "urgent": is_urgent, "roast_seconds": 200}
        self.pilot = {**self.pilot, "words": [*words, word]}
        self.publish("pilot", self.pilot)

    def landmarks(self, second):
        _, _, roast_second = script.batch_of(second)
        found = {name: None for name in
                 ["charged", "turning_point", *MARKABLE, "dropped"]}
        for name, at in script.ESTIMATES.items():
            if at + script.TOLD_LATE.get(name, 0) <= roast_second:
                found[name] = {"seconds": at, "bean_celsius": script.bean_at(at), "source": "estimated"}
        for name, at in self.marks.items():
            found[name] = {"seconds": at, "bean_celsius": round(script.bean_at(at), 1),
                           "source": "marked"}
        return found

    def progress(self, second):
        batch, within, roast_second = script.batch_of(second)
        state = script.state_at(within)
        has_begun = roast_second >= 0
        end = min(roast_second, ROAST)
        found = self.landmarks(second)
        yellow, crack = [found[name] and found[name]["seconds"] for name in ("yellowing", "first_crack")]
        phases = {
            "drying_seconds": yellow if yellow is not None else (end if crack is None else None),
            "maillard_seconds": None if yellow is None else (end if crack is None else crack) - yellow,
            "development_seconds": None if crack is None else end - crack, "total_seconds": end,
            "development_ratio": None if crack is None or end <= 0 else (end - crack) / end,
        }
        began = self.at(batch * CYCLE + BEGAN)
        return {
            "id": OLDEST + batch if has_begun else None, "batch": batch, "state": state,
            "is_roasting": state == "roasting", "began": text_of(began) if has_begun else None,
            "ended": text_of(began + ROAST * 1000) if roast_second >= ROAST else None,
            "seconds": round(end, 1) if has_begun else None, "landmarks": found,
            "phases": phases if has_begun else None,
        }

    def link(self):
        words = {
            "up": (None, None),
            "stale": ("The last reading is too old.",
                      "Readings return by themselves; check the USB cable."),
            "absent": ("The roaster has gone from the USB bus.",
                       "The roast goes on: go by the roaster’s own panel. Check the cable at both ends."),
            "released": ("The roaster is let go of for another program.",
                         "‘roast attach’ takes it back."),
        }[self.link_state]
        return {
            "state": self.link_state, "since": text_of(self.at(self.second())), "age_seconds": 0.1,
            "serial": "1", "firmware": 562, "polls": 100, "failed_polls": 0, "connections": 1,
            "failure": None, "released_until": None, "message": words[0], "hint": words[1],
        }

    def store(self):
        return {"state": "degraded" if self.is_store_broken else "ok",
                "problem": "the disk is full" if self.is_store_broken else None, "pending": 0,
                "lost_points": 0, "lost_events": 0, "path": "/x/roast.db", "size_bytes": 1,
                "set_aside": None, "check": None}

    def set_link(self, state):
        """The roaster comes or goes."""
        with self.lock:
            self.link_state = state
            self.publish("link", self.link())

    def break_store(self, is_broken):
        """The disk fails, or works again."""
        with self.lock:
            self.is_store_broken = is_broken
            self.publish("store", self.store())

    # Marks

    def mark(self, roast, body):
        second = self.second()
        batch, _, roast_second = script.batch_of(second)
        name, key = body.get("event"), body.get("key")
        if roast not in ("current", str(OLDEST + batch)) or roast_second < 0:
            raise Refused(409, "no_roast", "There is no roast to mark.", "Marks belong to a roast.")
        if name not in MARKABLE:
            raise Refused(409, "not_markable", "This is read from the curves alone.")
        if key in self.answers:
            return 200, self.answers[key]
        if "roast_seconds" in body:
            seconds = body["roast_seconds"]
        elif "at" in body:
            seconds = (script.milliseconds_of(body["at"]) - self.at(batch * CYCLE + BEGAN)) / 1000
        else:
            seconds = roast_second - body.get("seconds_ago", 0)
        if not 0 <= seconds <= min(roast_second + 10, ROAST):
            raise Refused(409, "outside_roast", "This time is not within the roast.",
                          "A mark may be 10 s ahead of the readings at most.")
        crack = self.marks.get("first_crack")
        if name in ("first_crack_end", "second_crack") and crack is not None and seconds < crack:
            raise Refused(409, "out_of_order", "That would be before first crack.",
                          "Take first crack back first, if it was marked too late.")
        if self.is_store_broken:
            raise Refused(503, "store_unavailable", "The disk does not take it.",
                          "It is kept in memory; send the same key again.")
        change = "revised" if self.landmarks(second)[name] else "announced"
        self.marks[name] = seconds
        event = self.event(second, name, "landmark", "marked", {"landmark_at": seconds}, batch, change,
                           "page")
        self.mark_log.append({"event": name, "roast_seconds": seconds, "key": key, "told_at": second})
        answer = {"events": [event]}
        self.answers[key] = answer
        self.publish("event", event)
        self.publish("roast", self.progress(second))
        return 201, answer

    def unmark(self, name):
        if name not in self.marks:
            raise Refused(404, "no_such_mark", "There is no such mark.")
        second = self.second()
        batch = script.batch_of(second)[0]
        seconds = self.marks.pop(name)
        event = self.event(second, name, "landmark", "marked", {"landmark_at": seconds}, batch,
                           "withdrawn", "page")
        self.publish("event", event)
        self.publish("roast", self.progress(second))
        return 200, {"events": [event]}

    # Answers

    def status(self, caller):
        second = self.told
        return {
            "version": "fake", "now": text_of(self.at(self.second())), "started": text_of(0),
            "uptime_seconds": 1, "device": "twin:medium", "simulated": True, "speed": self.speed,
            "unit": self.unit,
            "link": self.link(), "reading": self.reading(second) if self.link_state == "up" else None,
            "roast": self.progress(second), "batch": self.batch, "store": self.store(),
            "autonomy": self.desk.standing(), "streams": 1,
            "caller": caller,
        }

    def telemetry(self, query):
        now = self.told
        batch = script.batch_of(now)[0]
        step = float(query.get("step", 1)) or SPACING
        began = batch * CYCLE + BEGAN
        if "roast" in query:
            zero, first = began, began - 60
        else:
            zero = first = now - 600
        count = int((now - first) / step) + 1
        points = [{"seconds": round(first + index * step - zero, 3),
                   "at_ms": self.at(first + index * step), **script.measured(first + index * step)}
                  for index in range(count)]
        return {"roast_id": OLDEST + batch if "roast" in query else None,
                "began": text_of(self.at(zero)), "step_seconds": step, **script.columns(points)}

    def briefs(self, query):
        before = int(query.get("before", 10 ** 9))
        words = query.get("q", "").lower()
        found = [self.brief(number) for number in sorted(self.past, reverse=True) if number < before]
        found = [row for row in found if words in f"{row['title'] or ''} {row['beans']}".lower()]
        limit = int(query.get("limit", 50))
        more = len(found) > limit
        return {"roasts": found[:limit], "next_before": found[limit - 1]["id"] if more else None}

    def brief(self, number):
        return {**self.past[number]["brief"], **self.details.get(number, {})}

    def roast(self, which):
        batch = script.batch_of(self.told)[0]
        if which in ("current", str(OLDEST + batch)):
            until = self.told
            events = [self.event(*row, batch) for row in script.happenings(batch)
                      if row[0] <= until and row[1] not in self.marks]
            events += [self.event(until, name, "landmark", "marked", {"landmark_at": at}, batch,
                                  author="page") for name, at in self.marks.items()]
            return {"id": OLDEST + batch, "status": "roasting", "events": events}
        number = OLDEST - 1 if which == "last" else int(which)
        if number not in self.past:
            raise Refused(404, "no_such_roast", "There is no such roast.")
        return {**self.brief(number), **script.whole(self.past[number])}

    def cases(self):
        """The golden cases; so often they were asked for."""
        self.case_lists += 1
        if not self.are_cases_there:
            raise Refused(503, "store_unavailable", "The disk does not give them.", "Ask again.")
        return script.CASES

    def verdict(self, number, case):
        """A past roast beside a case whose course is that of the script."""
        if case not in [one["name"] for one in script.CASES]:
            raise Refused(404, "no_such_case", "There is no such case.")
        return {"roast_id": number, "case": case, **script.verdict(self.past[number])}

    def edit(self, which, body):
        number = int(which)
        self.details.setdefault(number, {}).update(body)
        row = self.brief(number)
        if row["grams_in"] and row["grams_out"]:
            loss = round((row["grams_in"] - row["grams_out"]) / row["grams_in"], 4)
            self.details[number]["weight_loss_ratio"] = loss
        return self.brief(number)


if __name__ == "__main__":
    fake = FakeDaemon()
    fake.codes["code"] = "operator"
    print(f"http://127.0.0.1:{fake.port}/?code=code", flush=True)
    threading.Event().wait()
