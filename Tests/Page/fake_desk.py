"""The commands of the stand-in daemon: proposals, the level, the abort, alarms and presence.

The same lives and limits as in Specs/governor.md, in the script's seconds, with as many of its
rules as the page's checks need.
"""

import itertools

import scripted_roast as script
from fake_server import Refused
from scripted_roast import text_of

OPEN = ["proposed", "recommended", "pending_approval", "awaiting_veto", "approved", "executing"]
LEVELS = {"L1": "assist: nothing is written but an abort",
          "L2": "recommend: a person adopts, or proposes and confirms",
          "L3": "approve: each proposal waits for a person",
          "L4": "veto: it runs unless a person stops it in time", "L5": "audit: it runs at once"}
DECIDED_FROM = {"approve": ["pending_approval", "awaiting_veto"], "adopt": ["recommended"],
                "reject": ["recommended", "pending_approval"], "veto": ["awaiting_veto"],
                "abort": OPEN}
WORDS = {"begin_roast": "beans_are_in", "begin_cooling": "door_is_open"}
PRESSES = ["begin_preheat", "begin_roast", "begin_cooling", "shut_down"]
LIMITS = {"heater": (0, 9), "fan": (1, 12), "drum": (1, 9)}
VETO_SECONDS, PERSON_SECONDS, PROPOSAL_SECONDS = 20, 120, 600
PRESENCE_SECONDS = 180
# The store goes on counting when the daemon starts anew.
NUMBERS, ALARM_NUMBERS = itertools.count(1), itertools.count(1)
ADVICE = ["The heater is being stepped down; look at the panel whether it goes to 0.",
          "With beans in the drum: open the door and drop them, and keep the drum turning until then.",
          "The roaster's own panel and the mains plug are the last word: use them."]
FIRE = ["Fire: keep the door and the chaff drawer closed, and pull the mains plug.",
        "Get everybody out and call the fire brigade if it does not go out by itself at once.",
        ADVICE[2]]


class FakeDesk:
    """Who may move the roaster; the daemon holds its lock around every call."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.level = "L1"
        self.override_ends = None
        self.person_seen = None
        self.presences = []
        self.earned = set()
        self.abort = None
        self.aborts = []
        self.trips = []
        self.steps_sent = 0
        self.next_step = None
        self.matters = {}
        self.alarms = {}
        self.levels = {}
        self.pilots = set()

    @property
    def now(self):
        return self.daemon.second()

    def tell(self, kind, data):
        self.daemon.publish(kind, data)

    def heater(self):
        return self.levels.get("heater", script.measured(self.now)["heater_level"])

    # How it stands

    def standing(self):
        running = [m for m in self.matters.values() if m["status"] == "executing"]
        pilots = sorted(self.pilots)
        return {
            "level": self.level, "text": LEVELS[self.level], "earlier_level": None,
            "override_seconds": self.override_ends and max(0, self.override_ends - self.now),
            "steering": running[0]["actor"]["name"] if running else ", ".join(pilots) or "nobody",
            "in_flight": running[0]["id"] if running else None, "abort": self.abort_now(),
            "breakers": {"lowered_by": [], "paused": []}, "audit_broken_row": None,
            "presence": {
                "person_seconds": None if self.person_seen is None else self.now - self.person_seen,
                "person_limit_seconds": PRESENCE_SECONDS, "pilot_limit_seconds": 10,
                "pilots": pilots},
            "open": {state: sum(m["status"] == state for m in self.matters.values())
                     for state in OPEN},
        }

    def abort_now(self):
        latch = self.abort or {}
        is_stepping = self.next_step is not None
        advice = []
        if self.abort or is_stepping:
            advice = FIRE if latch.get("fire") else [
                ADVICE[0] if is_stepping
                else "The heater was stepped down; look at the panel whether it is at 0.", *ADVICE[1:]]
        return {"latched": self.abort is not None, "by": latch.get("by"), "at": latch.get("at"),
                "reason": latch.get("reason"), "fire": latch.get("fire", False),
                "stepping": is_stepping, "steps_sent": self.steps_sent, "waits_for_link": False,
                "heater": self.heater(), "trips": self.trips, "advice": advice}

    def set_level(self, caller, body):
        wanted, because = body["level"], body.get("because", "").strip()
        if not because:
            raise Refused(400, "bad_body", "A change of level needs a reason.")
        if wanted > self.level:
            if self.abort or self.trips:
                raise Refused(409, "latched", "An abort is latched.", "A person resets it first.")
            if wanted >= "L4" and wanted not in self.earned and not body.get("override_seconds"):
                refused = Refused(409, "not_ready", f"{wanted} is not earned.",
                                  "Give an end, and it is taken all the same.")
                refused.body["readiness"] = {"level": wanted, "earned": False, "reasons": [
                    {"text": "the record is of L3 or higher: L3", "met": True},
                    {"text": "30 commands confirmed in 30 days: 4", "met": False}]}
                raise refused
        seconds = body.get("override_seconds") if wanted >= "L4" else None
        self.override_ends = self.now + seconds if seconds else None
        self.change_level(wanted)
        return self.standing()

    def change_level(self, wanted):
        self.level = wanted
        if wanted < "L4":
            self.pilots, self.override_ends = set(), None
            for matter in list(self.matters.values()):
                if matter["status"] == "awaiting_veto":
                    matter["waits_until"] = self.now + PERSON_SECONDS
                    self.move(matter, "pending_approval")
        self.tell("autonomy", self.standing())

    def present(self, caller):
        if caller["role"] in ("operator", "owner"):
            self.person_seen = self.now
            self.presences.append(self.now)
        return self.standing()["presence"]

    # Proposals

    def show(self, matter):
        now, status = self.now, matter["status"]
        waits = status in ("recommended", "pending_approval")
        ends = min(matter["waits_until"], matter["expires"]) if waits else matter["expires"]
        hidden = ("waits_until", "expires", "veto_until", "ends")
        return {**{key: value for key, value in matter.items() if key not in hidden},
                "expires_seconds": max(0, ends - now) if status in OPEN else None,
                "veto_until_seconds": max(0, matter["veto_until"] - now)
                if status == "awaiting_veto" else None}

    def judge(self, steps, words=(), actor="person"):
        """The rules that the checks need, in the order of their numbers."""
        found = []

        def speak(number, code, text, kind="interlock", **facts):
            found.append({"code": code, "number": number, "kind": kind, "text": text, "facts": facts})

        state = script.measured(self.now)["state"]
        for step in steps:
            kind, level = step["kind"], step.get("level")
            if self.level == "L1":
                speak("P1", "autonomy_level", "at L1 nothing is written but an abort", "permissive")
            if kind == "heater" and state != "roasting":
                speak("P9", "wrong_state", f"the heater is set while roasting; it is {state}",
                      "permissive", state=state)
            if kind in WORDS and WORDS[kind] not in words:
                said = {"beans_are_in": "the beans are in", "door_is_open": "the door is open"}
                speak("P10", "persons_word", f"a person must say that {said[WORDS[kind]]}",
                      "permissive", word=WORDS[kind])
            if self.abort:
                speak("I1", "aborted", "an abort is latched")
            if self.trips:
                speak("I2", "tripped", "a trip is latched")
            if kind in LIMITS and not LIMITS[kind][0] <= level <= LIMITS[kind][1]:
                speak("I6", "value_limit", f"{kind} {level} cannot be set")
            elif kind == "heater" and level - self.heater() > 4:
                speak("I7", "step_limit", "the heater would be up by more than 4")
        return {"allowed": not found, "rules": found}

    def forecast(self, step):
        """The script's own curve, bent by a change of the heater."""
        second = script.batch_of(self.now)[2]
        if not 60 <= second <= script.ROAST:
            return None
        change = (step["level"] - self.heater()) if step["kind"] == "heater" else 0
        bend = [change * (seconds / 90) ** 2 * 1.6 for seconds in range(91)]
        ahead = [second + seconds for seconds in range(91)]
        bean = [round(script.bean_at(at) + more, 1) for at, more in zip(ahead, bend)]
        ibts = [round(script.along(script.CURVE, at, 2) + 2 * more, 1) for at, more in zip(ahead, bend)]
        return {"bean_celsius": bean, "ibts_celsius": ibts,
                "steepest_rise_celsius_per_minute": round(
                    max((b - a) * 60 for a, b in zip(bean, bean[1:])), 1),
                "misfit_celsius": 1.2, "problem": None}

    def propose(self, actor, body):
        """Somebody wants something; answers as the API does."""
        is_agent = actor["kind"] == "agent"
        steps = body.get("steps") or [{"kind": body["kind"], "level": body.get("level"), "when": None}]
        words = [] if is_agent else body.get("words") or []
        verdict = self.judge(steps, words)
        number, now = next(NUMBERS), self.now
        seconds = body.get("expires_seconds")
        matter = {
            "id": number, "status": "proposed", "actor": actor, "level": self.level,
            "command": {key: steps[0].get(key) for key in ("kind", "level")}, "steps": steps,
            "reason": body["because"], "batch": script.batch_of(now)[0],
            "made": text_of(self.daemon.at(now)), "approver": None, "verdict": verdict,
            "forecast": None, "outcome": None, "readback": None, "end": None,
            "words_needed": [WORDS[s["kind"]] for s in steps
                             if s["kind"] in WORDS and WORDS[s["kind"]] not in words],
            "expires": now + (seconds or PROPOSAL_SECONDS),
            "waits_until": now + (seconds or PERSON_SECONDS), "veto_until": None, "ends": None,
        }
        self.matters[number] = matter
        if is_agent and self.level >= "L4":
            self.pilots.add(actor["name"])
        if steps[0]["kind"] in LIMITS:
            matter["forecast"] = self.forecast(steps[0])
        mended = {"P10"} if is_agent else set()
        if any(rule["number"] not in mended for rule in verdict["rules"]):
            self.move(matter, "rejected")
            refused = Refused(422, "refused", "; ".join(r["text"] for r in verdict["rules"]))
            refused.body.update(verdict=verdict, proposal=self.show(matter))
            raise refused
        asks = not is_agent or self.level == "L3" or steps[0]["kind"] in PRESSES
        if is_agent and self.level == "L2":
            self.move(matter, "recommended")
        elif asks:
            self.move(matter, "pending_approval")
        elif self.level == "L4":
            matter["veto_until"] = now + VETO_SECONDS
            self.move(matter, "awaiting_veto")
        else:
            self.run(matter)
        return self.show(matter)

    def move(self, matter, status, end=None):
        matter["status"] = status
        matter["end"] = end or matter["end"]
        self.tell("proposal", self.show(matter))

    def run(self, matter, approver=None):
        matter["approver"] = approver
        self.move(matter, "approved")
        kind = matter["command"]["kind"]
        was = self.heater() if kind == "heater" else script.measured(self.now).get(f"{kind}_level")
        matter["readback"] = {"control": kind, "from": was, "to": was,
                              "wanted": matter["command"]["level"], "steps_sent": 0,
                              "steps_lost": 0, "steps_doubled": 0, "delays_ms": []}
        matter["ends"] = self.now + 4
        self.move(matter, "executing")

    def decide(self, number, decision, caller, body):
        matter = self.matters.get(number)
        if not matter:
            raise Refused(404, "no_such_proposal", "There is no such proposal.")
        if matter["status"] not in DECIDED_FROM.get(decision, []):
            raise Refused(409, "not_open", f"The proposal is {matter['status']}.")
        if decision in ("approve", "adopt"):
            words = body.get("words") or []
            verdict = self.judge(matter["steps"], words)
            if not verdict["allowed"]:
                matter["verdict"] = verdict
                refused = Refused(422, "refused", "; ".join(r["text"] for r in verdict["rules"]))
                refused.body.update(verdict=verdict, proposal=self.show(matter))
                raise refused
            matter.update(verdict=verdict, words_needed=[])
            self.run(matter, {"kind": "person", "name": caller["name"]})
        else:
            end = {"reject": "rejected", "veto": "vetoed", "abort": "aborted"}[decision]
            self.move(matter, end)
        return self.show(matter)

    def listed(self, query):
        rows = sorted(self.matters.values(), key=lambda m: -m["id"])
        status, actor, kind = (query.get(name) for name in ("status", "actor", "kind"))
        before = int(query.get("before", 10 ** 9))
        rows = [m for m in rows if m["id"] < before
                and (status in (None, m["status"]) or status == "open" and m["status"] in OPEN)
                and actor in (None, m["actor"]["kind"]) and kind in (None, m["command"]["kind"])]
        return {"proposals": [self.show(m) for m in rows[:int(query.get("limit", 50))]]}

    # The abort

    def stop(self, caller, body):
        self.abort = {"by": caller["name"], "at": text_of(self.daemon.at(self.now)),
                      "reason": body.get("because"),
                      "fire": bool(body.get("fire")) or bool(self.abort and self.abort["fire"])}
        self.aborts.append(dict(self.abort))
        for matter in list(self.matters.values()):
            if matter["status"] in OPEN:
                matter["outcome"] = "aborted"
                self.move(matter, "aborted", "aborted")
        self.steps_sent = 0
        self.next_step = self.now
        self.tell("abort", self.abort_now())
        return self.abort_now()

    def trip(self, name):
        self.trips.append(name)
        self.tell("abort", self.abort_now())

    def reset(self, body):
        if not body.get("because", "").strip():
            raise Refused(400, "bad_body", "A reset needs a reason.")
        self.abort, self.trips, self.next_step = None, [], None
        self.tell("abort", self.abort_now())
        return self.standing()

    # Alarms

    def alarm(self, code, text, action, facts=None):
        number = next(ALARM_NUMBERS)
        self.alarms[number] = {
            "id": number, "code": code, "text": text, "action": action, "ended": None,
            "began": text_of(self.daemon.at(self.now)), "acknowledged_by": None, "facts": facts}
        self.tell("alarm", self.alarms[number])
        return number

    def end_alarm(self, number):
        self.alarms[number]["ended"] = text_of(self.daemon.at(self.now))
        self.tell("alarm", self.alarms[number])
        if self.alarms[number]["acknowledged_by"]:
            del self.alarms[number]

    def acknowledge(self, number, caller):
        if number not in self.alarms:
            raise Refused(404, "no_such_alarm", "There is no such alarm.")
        alarm = self.alarms[number]
        alarm["acknowledged_by"] = caller["name"]
        if alarm["ended"]:
            del self.alarms[number]
        self.tell("alarm", alarm)
        return alarm

    # Time

    def tick(self):
        """What comes of the mere passing of time."""
        now = self.now
        if self.next_step is not None and now >= self.next_step:
            if self.heater() > 0:
                self.levels["heater"] = self.heater() - 1
                self.steps_sent += 1
                self.next_step = now + 1
            else:
                self.next_step = None
                self.tell("abort", self.abort_now())
        for matter in list(self.matters.values()):
            status = matter["status"]
            if status == "awaiting_veto" and now >= matter["veto_until"]:
                self.run(matter)
            elif status in ("recommended", "pending_approval") and now >= min(
                    matter["waits_until"], matter["expires"]):
                self.move(matter, "expired", "nobody has approved it in time")
            elif status == "executing" and now >= matter["ends"]:
                command = matter["command"]
                if command["kind"] in LIMITS:
                    self.levels[command["kind"]] = command["level"]
                    was = matter["readback"]["from"]
                    matter["readback"].update(to=command["level"], delays_ms=[210],
                                              steps_sent=abs(command["level"] - was))
                matter["outcome"] = "confirmed"
                self.move(matter, "completed")
        if self.override_ends is not None and now >= self.override_ends:
            self.lower("the override has ended")

    def lower(self, why):
        """The level is not borne out any more."""
        self.change_level("L3")
        self.alarm("level_lowered", "The autonomy level was lowered.",
                   "See why, and raise the level again if that is right.", {"reason": why})
