"""The daemon against Specs/api.yaml: nothing undocumented, every documented failure seen, no drift.

api.py [--only WORDS] [--examples N] [--seconds N] [--seed N]
    schemathesis with that many examples an operation; once, or again and again for so long
"""
import contextlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import spec
from daemon import ROAST, ROOT, Client, Daemon, check, folder, main, option, proof, wait_until

# What the governor's refusals tell beside.
GOVERNED = {"verdict", "proposal", "readiness"}

UNLIMITED = ("--requests-per-second", "1000000", "--cases", os.path.join(ROOT, "Specs/golden"))

# What cannot be brought about from outside, and why.
UNSEEN = {
    ("unmark", 409): "roast_moved_on is a race of some microseconds with the next batch",
    ("vacuum", 503): "it waits for the sweep, which waits for the lock: 'took_too_long' after 30 s",
}


class Witness:
    """Asks, and writes down which of the documented answers were seen."""

    def __init__(self):
        self.operations = spec.operations()
        self.seen = set()
        self.lock = threading.Lock()

    def ask(self, client, name, body=None, headers=None, query="", **parts):
        operation = self.operations[name]
        names = {"roast": "last", "event": "yellowing", "token": "1", "file": "nothing",
                 "proposal": "1", "decision": "reject", "alarm": "1", **parts}
        connection = client.connection(timeout=10)
        try:
            sent = dict(client.headers, **(headers or {}))
            data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
            if data is not None:
                sent.setdefault("Content-Type", "application/json")
            connection.request(operation.method, spec.path_of(operation, **names) + query, data, sent)
            answer = connection.getresponse()
            kind = answer.getheader("Content-Type", "")
            text = b"" if kind.startswith("text/event-stream") else answer.read()
        finally:
            connection.close()
        found = json.loads(text) if kind.startswith("application/json") else text
        self.note(operation, answer, found)
        return answer.status, found

    def note(self, operation, answer, found):
        status = answer.status
        check(status in operation.codes,
              f"{operation} answered {status}, which Specs/api.yaml does not know: {found}")
        if status >= 400 and operation.codes[status]:
            more = GOVERNED if operation.codes[status] in ("Governed", "Conflict") else set()
            check(isinstance(found, dict) and set(found) - more == {"code", "message", "hint"}
                  and all(found[name] for name in ("code", "message", "hint")),
                  f"{operation} {status} has another shape: {found}")
        if status == 429:
            check(answer.getheader("Retry-After"), f"{operation}: 429 without Retry-After")
        with self.lock:
            self.seen.add((operation.id, status))

    def expect(self, status, client, name, **choices):
        got, found = self.ask(client, name, **choices)
        check(got == status, f"{self.operations[name]}: {got} instead of {status}: {found}")
        return found


@contextlib.contextmanager
def serving(*arguments, **choices):
    with folder() as place:
        with Daemon(place, *arguments, listen=["127.0.0.1:0"], **choices) as daemon:
            daemon.tcp = ("127.0.0.1", daemon.ports()[0])
            yield daemon


BODIES = {
    "editRoast": {"title": "x", "grams_in": 400, "grams_out": 345.5, "notes": "a\nb"},
    "mark": {"event": "yellowing", "roast_seconds": 100}, "setBatch": {"beans": "x"},
    "release": {"minutes": 1}, "makePageCode": {"role": "viewer"}, "logIn": {"code": "x"},
    "addToken": {"name": "x", "role": "viewer"},
    "propose": {"kind": "fan", "level": 3, "because": "smoke", "dry_run": True},
    "reset": {"because": "looked at it"}, "setAutonomy": {"level": "L2", "because": "trying"},
    "commission": {"action": "begin"},
    "keepEvaluation": {"pilot": "steer", "fingerprint": "x", "passed": True, "cases": [
        {"name": "a", "expectation": "succeed", "passed": True, "trials": 2, "trials_passed": 2}]},
    "hearPilot": {"mode": "advise", "target": "x", "word": {"kind": "advise", "text": "fan 3"}},
    "startPilot": {"mode": "advise", "roast": 1},
}
# What an operation cannot be asked without.
QUERIES = {"verdict": "?case=medium-400"}
# Each operation's own mistakes: bodies and questions.
MISTAKES = {
    "editRoast": [{"grams_in": 0}, {"title": "x" * 201}, {"nothing": 1}, b"[]", b"", b"{"],
    "mark": [{}, {"event": "lunch"}, {"event": "yellowing", "at": "noon"},
             {"event": "yellowing", "seconds_ago": -1},
             {"event": "yellowing", "seconds_ago": 1, "roast_seconds": 1}],
    "setBatch": [{"grams_out": 1}, {"beans": 7}, {"title": "a\u0007"}],
    "release": [{"minutes": 0}, {"hours": 1}], "makePageCode": [{"role": "owner"}],
    "logIn": [{}, {"code": 1}], "addToken": [{"name": "x"}, {"name": "", "role": "viewer"},
                                            {"name": "x", "role": "owner"}],
    "telemetry": ["?step=-1", "?roast=last&from=x", "?from=noon", "?step=nan", "?step=0&step=1"],
    "roasts": ["?limit=0", "?limit=501", "?before=x", "?from=noon", "?order=asc"],
    "export": ["?format=pdf", "?format=svg&unit=K", "?format=svg&theme=blue"],
    "status": ["?x=1"], "page": ["?code=%zz"],
    "propose": [{"kind": "fan", "level": 3}, {"kind": "fan", "level": 3, "because": " "},
                {"kind": "fan", "level": 0, "because": "x"}, {"kind": "heater", "because": "x"},
                {"kind": "shut_down", "level": 1, "because": "x"}, {"kind": "oven", "because": "x"},
                {"kind": "fan", "level": 3.5, "because": "x"}, {"steps": [], "because": "x"},
                {"steps": [{"kind": "fan", "level": 3, "when": {}}], "because": "x"},
                {"steps": [{"kind": "fan", "level": 3}], "kind": "fan", "because": "x"},
                {"kind": "fan", "level": 3, "because": "x", "words": ["please"]},
                {"kind": "fan", "level": 3, "because": "x", "actor": "person"}],
    "commission": [{}, {"action": "hurry"}, {"action": "go", "x": 1}],
    "decide": [{"because": 1}], "reset": [{}],
    "setAutonomy": [{"level": "L6", "because": "x"}, {"level": "L2"}],
    "proposals": ["?status=lost", "?limit=0", "?actor=cat"], "audit": ["?limit=0", "?after=-1"],
    "evaluations": ["?pilot=cat"],
    "keepEvaluation": [{}, {"pilot": "steer", "fingerprint": "x", "passed": True, "cases": []},
                       {"pilot": "steer", "fingerprint": "x", "passed": True, "cases": [{"name": "a"}]}],
    "hearPilot": [{}, {"mode": "fly", "target": "x"}, {"mode": "advise", "target": "x", "word": {"kind": "sing"}}],
    "startPilot": [{"mode": "advise"}, {"mode": "steer", "target": {"name": 1}}, {"roast": 1},
                   {"mode": "advise", "roast": 1, "grams": 5}],
    "outlook": ["?drop_celsius=hot", "?drop_celsius=1000", "?development_ratio=1"],
    "verdict": ["?unit=C", "?case=a&case=b"],
    "readiness": ["?level=L1"], "commandStatistics": ["?from=noon"],
}
GOOD = {"page": 200, "health": 200, "ready": 200, "metrics": 200, "status": 200, "telemetry": 200, "outlook": 200,
        "stream": 200, "roasts": 200, "roast": 200, "editRoast": 200, "mark": 201, "export": 200,
        "batch": 200, "setBatch": 200, "release": 200, "attach": 200, "makePageCode": 201,
        "session": 200, "tokens": 200, "addToken": 201, "vacuum": 202, "proposals": 200, "propose": 200,
        "autonomy": 200, "setAutonomy": 200, "readiness": 200, "presence": 200, "commissioning": 200, "alarms": 200,
        "audit": 200, "auditVerification": 200, "commandStatistics": 200, "abort": 200, "reset": 200,
        "pilot": 200, "hearPilot": 200, "stopPilot": 200, "evaluations": 200, "keepEvaluation": 201,
        "cases": 200, "verdict": 200}


def see_success(witness, daemon):
    owner = daemon.client
    for name, status in GOOD.items():
        if name == "ready":  # of a twin in a hurry the readings are stale in no time
            wait_until(lambda: witness.ask(owner, "ready")[0] == 200, 10, "ready")
        elif name != "page" or page_is_there(owner):
            witness.expect(status, owner, name, body=BODIES.get(name), query=QUERIES.get(name, ""))
    daemon.is_well()
    for query in ("?format=json", "?format=svg&theme=dark&unit=F&with=last", "?format=csv"):
        witness.expect(200, owner, "export", query=query)
    for query in ("?roast=last&step=0&to=300", "?roast=current&from=0&to=60", "?step=10"):
        witness.expect(200, owner, "telemetry", query=query)
    mark = {"event": "first_crack", "roast_seconds": 430, "key": "tap-1"}
    first = witness.expect(201, owner, "mark", body=mark, roast="current")
    again = witness.expect(200, owner, "mark", body=mark, roast="current")
    check(first == again, f"the same key is another mark: {first} {again}")
    witness.expect(200, owner, "unmark", event="yellowing")
    code = witness.expect(201, owner, "makePageCode")["code"]
    witness.expect(200, owner, "logIn", body={"code": code})
    witness.expect(200, owner, "logOut")
    number = witness.expect(201, owner, "addToken", body={"name": "y", "role": "agent"})["id"]
    witness.expect(200, owner, "revokeToken", token=number)
    see_a_verdict(witness, daemon)
    see_a_pilot(witness, owner)
    for file in re.findall(r'(?:src|href)="/page/([^"]+)"', page_text(owner)):
        witness.expect(200, owner, "pageFile", file=file)


def see_a_verdict(witness, daemon):
    """The same as the command line's, which reads its own cases and the roast as it is exported."""
    found = witness.expect(200, daemon.client, "verdict", roast=1, query=QUERIES["verdict"])
    run = subprocess.run(
        [ROAST, "golden", "judge", "medium-400", "--from-roast", "1", "--json", "--socket", daemon.socket,
         "--cases", os.path.join(ROOT, "Specs/golden")], capture_output=True, text=True, timeout=30)
    said = json.loads(run.stdout)
    check(said == {key: found[key] for key in ("case", "passed", "measures", "flaws")},
          f"'roast golden judge' says {said}, the daemon {found}")
    check(run.returncode == (0 if said["passed"] else 1) and len(said["measures"]) > 5,
          f"exit code {run.returncode}: {said}")


def see_a_pilot(witness, owner):
    """One that is told to end, none any more, and one of the daemon's own that follows the roast."""
    last = {**BODIES["hearPilot"], "ended": True}
    witness.expect(200, owner, "hearPilot", body=last)
    witness.expect(409, owner, "stopPilot")
    witness.expect(404, owner, "startPilot", body={"mode": "advise", "roast": 999})
    witness.expect(202, owner, "startPilot", body=BODIES["startPilot"])
    witness.expect(409, owner, "startPilot", body=BODIES["startPilot"])
    wait_until(lambda: owner.get("/v1/pilot")["pilot"]["state"] == "flying", 10, "the pilot")
    witness.expect(200, owner, "stopPilot")
    wait_until(lambda: owner.get("/v1/pilot")["pilot"]["state"] == "ended", 10, "its end")
    # The program ends a moment later than it says so.
    wait_until(lambda: not [one for one in owner.get("/v1/tokens")["tokens"]
                            if one["name"] == "pilot"], 10, "the end of its token")


def page_text(client):
    status, text = client.ask("GET", "/")
    return text if status == 200 else ""


def page_is_there(client):
    return client.ask("GET", "/")[0] == 200


def see_mistakes(witness, daemon, operator):
    owner = daemon.client
    for name, operation in witness.operations.items():
        witness.expect(400, owner, name, query="?a=%zz")
        for mistake in MISTAKES.get(name, []):
            query = mistake if isinstance(mistake, str) else ""
            witness.expect(400, owner, name, query=query,
                           body=None if query else mistake)
        if not operation.open:
            witness.expect(401, Client(daemon.tcp), name, body=BODIES.get(name))
        if not operation.open or name == "logIn":
            witness.expect(403, operator, name, body=BODIES.get(name),
                           headers={"Host": "evil.example"})
        if 413 in operation.codes:
            witness.expect(413, owner, name, body=b" " * 300_000)
        if 415 in operation.codes:
            witness.expect(415, owner, name, body=b"{}", headers={"Content-Type": "text/plain"})
    witness.expect(401, owner, "logIn", body=BODIES["logIn"])
    for name in ("roast", "editRoast", "mark", "unmark", "export"):
        for roast in ("999", "0", "none"):
            witness.expect(404, owner, name, roast=roast, body=BODIES.get(name))
    witness.expect(404, owner, "telemetry", query="?roast=999")
    witness.expect(404, owner, "verdict", roast="999", query=QUERIES["verdict"])
    unknown = witness.expect(404, owner, "verdict", query="?case=none")
    check(unknown["code"] == "no_such_case", f"{unknown}")
    witness.expect(404, owner, "unmark", event="second_crack")
    witness.expect(404, owner, "revokeToken", token="999")
    witness.expect(404, owner, "pageFile")
    for body in ({"event": "charged"}, {"event": "first_crack", "roast_seconds": 80000},
                 {"event": "yellowing", "roast_seconds": 435}):
        witness.expect(409, owner, "mark", body=body)


def see_a_failing_store(witness, daemon):
    """Writing is locked, then the file is gone and cannot be made."""
    owner = daemon.client
    code = witness.expect(201, owner, "makePageCode")["code"]
    client = Client(daemon.socket)
    client.ask("POST", "/v1/session", {"code": code})
    cookie = client.last.getheader("Set-Cookie").split(";")[0]
    session = Client(daemon.socket, headers={"Cookie": cookie})
    csrf = session.get("/v1/session")["csrf"]
    number = witness.expect(201, owner, "addToken", body=BODIES["addToken"])["id"]
    code = witness.expect(201, owner, "makePageCode")["code"]
    wishes = [("editRoast", {"body": BODIES["editRoast"]}), ("setBatch", {"body": {"beans": "late"}}),
              # Said twice it is not on the disk either.
              ("setBatch", {"body": {"beans": "late"}}), ("mark", {"body": {"event": "yellowing", "roast_seconds": 150}}),
              ("addToken", {"body": BODIES["addToken"]}), ("revokeToken", {"token": number}),
              ("logIn", {"body": {"code": code}}), ("reset", {"body": BODIES["reset"]}),
              ("setAutonomy", {"body": BODIES["setAutonomy"]}),
              ("startPilot", {"body": BODIES["startPilot"]}),
              ("keepEvaluation", {"body": BODIES["keepEvaluation"]})]
    other = sqlite3.connect(daemon.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    failures = []

    def late(client, name, choices):
        try:
            witness.expect(503, client, name, **choices)
        except Exception as failure:
            failures.append(f"{name}: {failure}")

    askers = [threading.Thread(target=late, args=(owner, *wish)) for wish in wishes]
    askers.append(threading.Thread(target=late, args=(
        session, "logOut", {"headers": {"X-Roast-CSRF": csrf}})))
    for asker in askers:
        asker.start()
    time.sleep(0.3)
    askers.append(threading.Thread(target=late, args=(owner, "unmark", {"event": "yellowing"})))
    askers[-1].start()
    for asker in askers:
        asker.join(15)
    other.execute("ROLLBACK")
    other.close()
    check(not failures, "; ".join(failures))
    daemon.is_well()
    check(daemon.client.get("/v1/batch")["beans"] == "late", "what was answered 503 was not kept")
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.rename(daemon.database + suffix, daemon.database + suffix + ".away")
    os.mkdir(daemon.database)
    daemon.wait_for(lambda s: s["store"]["state"] == "degraded", 10, "a store without a file")
    for name in ("telemetry", "roasts", "roast", "export", "proposals", "proposal", "readiness",
                 "audit", "auditVerification", "commandStatistics", "evaluations", "verdict"):
        witness.expect(503, owner, name, query=QUERIES.get(name, ""))
    os.rmdir(daemon.database)
    daemon.is_well()
    witness.expect(200, owner, "roasts")


def see_the_governor(witness):
    """On a machine that is ready and whose fan nobody touches."""
    with folder() as place:
        path = os.path.join(place, "ready.json")
        with open(path, "w") as file:
            json.dump({"schema": 1, "name": "ready", "start": "ready",
                       "script": [{"when": {"seconds": 3000}, "do": []}]}, file)
        with Daemon(place, *UNLIMITED, device="twin:" + path) as daemon:
            daemon.is_well()
            see_decisions(witness, daemon)


def see_decisions(witness, daemon):
    owner = daemon.client

    def fan(level, **more):
        return {"kind": "fan", "level": level, "because": "smoke", **more}

    witness.expect(422, owner, "propose", body=fan(2))
    witness.expect(422, owner, "commission", body={"action": "begin"})
    witness.expect(200, owner, "setAutonomy", body=BODIES["setAutonomy"])
    witness.expect(409, owner, "commission", body={"action": "go"})
    witness.expect(409, owner, "setAutonomy", body={"level": "L4", "because": "early"})
    first = witness.expect(201, owner, "propose", body=fan(2, key="a"))["id"]
    again = witness.expect(201, owner, "propose", body=fan(2, key="a"))["id"]
    check(first == again, f"the same key is another proposal: {first} {again}")
    witness.expect(409, owner, "propose", body=fan(3, key="a"))
    witness.expect(200, owner, "proposal", proposal=first)
    witness.expect(200, owner, "decide", proposal=first)
    witness.expect(409, owner, "decide", proposal=first)
    for name in ("proposal", "decide"):
        witness.expect(404, owner, name, proposal="999")
    witness.expect(404, owner, "decide", proposal=first, decision="praise")
    witness.expect(404, owner, "acknowledge", alarm="999")
    held = witness.expect(201, owner, "propose", body=fan(3))["id"]
    owner.ask("POST", "/v1/link/release")
    refused = witness.expect(422, owner, "decide", proposal=held, decision="approve")
    check(any(rule["code"] == "link_down" for rule in refused["verdict"]["rules"]), f"{refused}")
    owner.ask("POST", "/v1/link/attach")
    daemon.is_well()
    alarms = owner.get("/v1/alarms")["alarms"]
    check([alarm["code"] for alarm in alarms] == ["heat_unattended"], f"{alarms}")
    witness.expect(200, owner, "acknowledge", alarm=alarms[0]["id"])
    # The next life of the daemon has an alarm of its own.
    daemon.stop()
    daemon.start()
    daemon.is_well()
    alarms = owner.get("/v1/alarms")["alarms"]
    owner.ask("PUT", "/v1/autonomy", BODIES["setAutonomy"])
    held = witness.expect(201, owner, "propose", body=fan(3))["id"]
    witness.expect(200, owner, "commission", body={"action": "begin"})
    other = sqlite3.connect(daemon.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    failures = []

    def late(name, choices):
        try:
            witness.expect(503, owner, name, **choices)
        except Exception as failure:
            failures.append(f"{name}: {failure}")

    wishes = [("propose", {"body": fan(2)}), ("decide", {"proposal": held}),
              ("acknowledge", {"alarm": alarms[0]["id"]}), ("commission", {"body": {"action": "stop"}})]
    askers = [threading.Thread(target=late, args=wish) for wish in wishes]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(15)
    other.execute("ROLLBACK")
    other.close()
    check(not failures, "; ".join(failures))
    daemon.is_well()
    # A machine that waits for beans holds its temperature, whatever is stepped down.
    witness.expect(200, owner, "abort", body=b"not even JSON", headers={"Content-Type": "x/y"})
    witness.expect(409, owner, "release")


def see_not_ready(witness, daemon):
    witness.expect(200, daemon.client, "release")
    witness.expect(503, daemon.client, "ready")
    witness.expect(200, daemon.client, "attach")


def see_a_roast_that_goes_on(witness):
    with serving(*UNLIMITED, "--speed", "20") as daemon:
        daemon.wait_for(lambda s: (s["roast"]["seconds"] or 0) > 30, 30, "a roast")
        early = witness.expect(409, daemon.client, "verdict", roast="current", query=QUERIES["verdict"])
        check(early["code"] == "roast_goes_on", f"{early}")


def see_the_limit(witness):
    with serving("--requests-per-second", "1") as daemon:
        # Once a second one more is allowed, and this takes longer on a busy machine.
        for name in witness.operations:
            while witness.ask(daemon.client, name, body=BODIES.get(name))[0] != 429:
                pass


@proof("every documented answer of every operation is seen, and no other")
def _():
    witness = Witness()
    with serving(*UNLIMITED, "--speed", "100") as daemon:
        daemon.wait_for(lambda s: s["roast"]["ended_seconds"], 30, "a whole roast")
        time.sleep(0.5)
        daemon.client.ask("POST", "/v1/roasts/last/events", {"event": "yellowing",
                                                            "roast_seconds": 150})
        word = daemon.client.ask("POST", "/v1/tokens", {"name": "o", "role": "operator"})[1]["token"]
        operator = Client(daemon.tcp, word)
        see_success(witness, daemon)
        daemon.client.ask("POST", "/v1/roasts/last/events", {"event": "first_crack",
                                                            "roast_seconds": 430})
        see_mistakes(witness, daemon, operator)
        see_not_ready(witness, daemon)
        see_a_failing_store(witness, daemon)
    see_the_governor(witness)
    see_a_roast_that_goes_on(witness)
    see_the_limit(witness)
    promised = {(name, code) for name, one in witness.operations.items() for code in one.codes}
    unseen = promised - witness.seen - set(UNSEEN)
    check(not unseen, f"documented and never seen: {sorted(unseen)}")
    needless = set(UNSEEN) & witness.seen
    check(not needless, f"listed as never to be seen, and seen: {needless}")
    return f"{len(witness.seen)} of {len(promised)}; {len(UNSEEN)} cannot be brought about"


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@proof("paths and methods of Specs/api.yaml and of the daemon are the same")
def _():
    operations = spec.operations().values()
    with serving(*UNLIMITED) as daemon:
        for path in {one.path for one in operations}:
            documented = {one.method for one in operations if one.path == path}
            place = re.sub(r"\{\w+\}", "999999", path)
            for method in METHODS:
                if (path, method) == ("/v1/stream", "GET"):
                    continue
                status, _ = daemon.client.ask(
                    method, place, b"x" if method in ("POST", "PUT", "PATCH") else None,
                    {"Content-Type": "text/plain"})
                check((status == 405) == (method not in documented),
                      f"{method} {path}: {status}; documented: {sorted(documented)}")
            client = daemon.client
            client.ask("OPTIONS", place)
            allowed = set((client.last.getheader("Allow") or "").split(", "))
            wanted = documented | ({"HEAD"} if "GET" in documented else set())
            check(allowed == wanted, f"{path} allows {allowed}, documented: {wanted}")
            if "GET" in documented and path != "/v1/stream":
                check(head(daemon, place) == head(daemon, place, "GET"), f"HEAD {place} differs")
    with open(os.path.join(ROOT, "Sources/Daemon/API/Endpoint.swift")) as file:
        templates = set(re.findall(r'case [^:]+: "(/[^"]*)"', file.read()))
    paths = {one.path for one in operations}
    check(templates == paths, f"in one of the code and the spec only: {templates ^ paths}")
    return f"{len(paths)} paths"


def head(daemon, path, method="HEAD"):
    """Status and kind of the answer."""
    connection = daemon.client.connection()
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        check(method == "GET" or not body, f"{method} {path} has a body")
        return answer.status, answer.getheader("Content-Type")
    finally:
        connection.close()


INSTALLING = threading.Lock()


def schemathesis():
    """Its program, installed under .build if it is not there."""
    place = os.path.join(ROOT, ".build/python")
    program = os.path.join(place, "bin/st")
    with INSTALLING:
        if not os.path.exists(program):
            subprocess.run([sys.executable, "-m", "venv", place], check=True, timeout=120)
            subprocess.run([place + "/bin/pip", "install", "-q", "schemathesis==4.*"], check=True,
                           timeout=300)
    return program


class Forwarder:
    """A TCP port that leads to the daemon's own socket: there the owner asks, and schemathesis knows
    TCP only."""

    def __init__(self, path):
        self.path = path
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.path)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self.copy, args=(one, other), daemon=True).start()

    @staticmethod
    def copy(one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)


def examine(daemon, port, name, *words, examples):
    """Lets schemathesis loose; what it has to say."""
    seconds = option("--seconds")
    words = [schemathesis(), "run", os.path.join(ROOT, "Specs/api.yaml"), "--no-color",
             "--url", f"http://127.0.0.1:{port}", *words, "--phases", "examples,coverage,fuzzing",
             "--seed", option("--seed", "1"), "--max-examples", examples,
             "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
             "response_schema_conformance,response_headers_conformance", "--continue-on-failure",
             "--generation-database", "none", "--request-timeout", "10",
             "--suppress-health-check", "all", *(["--max-time", seconds] if seconds else [])]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=float(seconds or 0) + 130,
                         cwd=daemon.folder)
    report = os.path.join(ROOT, f".build/schemathesis-{name}.txt")
    with open(report, "w") as file:
        file.write(ran.stdout + ran.stderr)
    generated = re.findall(r"\d+ generated.*", ran.stdout)
    faults = re.findall(r"^- (ST\d+ .*)", ran.stdout, re.MULTILINE)
    places = re.findall(r"^_+ ([A-Z]+ /\S*) _+$", ran.stdout, re.MULTILINE)
    check(ran.returncode == 0 and generated,
          f"{', '.join(faults)} at {', '.join(places)}; {report} tells all")
    daemon.wait_for(lambda s: s["store"]["state"] == "ok", 10, "a store that is well")
    return generated[-1]


@contextlib.contextmanager
def roasted():
    """A daemon with a whole roast to ask about."""
    with serving(*UNLIMITED, "--connections", "1000", "--speed", "200") as daemon:
        daemon.wait_for(lambda s: s["roast"]["ended_seconds"], 30, "a whole roast")
        yield daemon


@proof("schemathesis with an operator's token: no server error, no undocumented answer")
def _():
    with roasted() as daemon:
        word = daemon.client.ask("POST", "/v1/tokens", {"name": "s", "role": "operator"})[1]["token"]
        return examine(
            daemon, daemon.tcp[1], "operator", "-H", f"Authorization: Bearer {word}",
            # A stream has no end; 503 of /ready is an answer, and the check above sees it.
            "--exclude-path", "/v1/stream", "--exclude-path", "/ready",
            examples=option("--examples", "15"))


@proof("schemathesis as the owner, for what only owners may: the same")
def _():
    with roasted() as daemon:
        return examine(
            daemon, Forwarder(daemon.socket).port, "owner", "--include-path", "/v1/tokens",
            "--include-path", "/v1/tokens/{token}", "--include-path", "/v1/page-codes",
            "--include-path", "/v1/session",
            examples=option("--examples", "15"))


if __name__ == "__main__":
    main(at_once=4)
