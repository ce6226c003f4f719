"""Nothing moves without the governor: proposals, autonomy, abort and audit of the daemon as a whole,
through its own command line and its API.

govern.py [--only WORDS]
"""
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time

from daemon import (EMULATOR, ROAST, Daemon, Skipped, TwinProcess, check, folder, main, proof,
                    turn_on_the_bus, wait_until)


class Shop:
    """A daemon on a twin in a roast at whose panel nobody is, with an agent's and a person's token."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.tokens = {role: daemon.client.ask(
            "POST", "/v1/tokens", {"name": f"the {role}", "role": role})[1]["token"]
            for role in ("agent", "operator", "viewer")}
        self.wait_for_roast()

    def wait_for_roast(self):
        # The panel was touched with the charge: its quiet time passes first.
        self.daemon.wait_for(
            lambda s: s["reading"] and s["reading"]["state"] == "roasting"
            and (s["reading"]["roast_seconds"] or 0) > 14, 30, "a roast")

    def run(self, role, *words):
        """`roast` by that role: exit code, the JSON of its answer, and what it said."""
        done = subprocess.run(
            [ROAST, *words, "--json", "--socket", self.daemon.socket, "--token", self.tokens[role]],
            capture_output=True, text=True, timeout=60)
        text = done.stdout if done.stdout.strip() else done.stderr
        try:
            answer = json.loads(text.strip().splitlines()[-1])
        except (ValueError, IndexError):
            answer = None
        return done.returncode, answer, done.stdout + done.stderr

    def must(self, role, *words, code=0):
        got, answer, said = self.run(role, *words)
        check(got == code, f"roast {' '.join(words)} by {role}: exit {got}, not {code}: {said[-600:]}")
        return answer

    def level(self, name, *more):
        return self.must("operator", "autonomy", "set", name, "--because", "trying", *more)

    def wait_for_a_veto(self):
        """At L4, an agent's proposal in its window."""
        self.must("operator", "presence")
        self.level("L4", "--override", "10")
        # The rehearsal must have seen a minute of the roast.
        self.daemon.wait_for(lambda s: s["reading"]["roast_seconds"] > 65, 70, "a minute of roast")
        self.must("agent", "presence")
        made = self.must("agent", "propose", "fan", "4", "--because", "smoke")
        check(made["status"] == "awaiting_veto", f"{made}")
        return made

    def show(self, number):
        return self.daemon.client.get(f"/v1/proposals/{number}")

    def ends(self, number, status, seconds=20):
        return wait_until(
            lambda: (found := self.show(number))["status"] == status and found, seconds,
            f"proposal {number} is {self.show(number)['status']}, not {status}: "
            f"{self.show(number)}", step=0.05)

    def reading(self):
        return self.daemon.status["reading"]


@contextlib.contextmanager
def shop(*arguments, speed="3"):
    with folder() as place:
        with Daemon(place, "--requests-per-second", "1000000", "--speed", speed, *arguments,
                    device="twin:unattended") as daemon:
            yield Shop(daemon)


def rows(daemon, sql, *values):
    database = sqlite3.connect(f"file:{daemon.database}?mode=ro", uri=True, timeout=5)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()


@proof("all five levels, with an agent's and a person's token, on the command line")
def _():
    with shop() as it:
        said = []
        refused = it.must("agent", "propose", "fan", "4", "--because", "smoke", code=3)
        check("autonomy_level" in json.dumps(refused), f"L1 refused an agent for another reason: {refused}")
        it.must("operator", "propose", "fan", "4", "--because", "smoke", code=3)

        it.level("L2")
        made = it.must("agent", "propose", "fan", "3", "--because", "smoke")
        check(made["status"] == "recommended" and made["actor"]["kind"] == "agent", f"{made}")
        it.must("agent", "adopt", str(made["id"]), code=1)
        done = it.must("operator", "adopt", str(made["id"]), "--wait")
        check(done["status"] == "completed" and done["outcome"] == "confirmed", f"{done}")
        check(it.reading()["fan_level"] == 3, f"{it.reading()}")
        said.append("L2 adopted")

        it.level("L3")
        made = it.must("agent", "propose", "heater", "6", "--because", "the rise is steep")
        check(made["status"] == "pending_approval" and made["verdict"]["allowed"], f"{made}")
        it.must("agent", "approve", str(made["id"]), code=1)
        done = it.must("operator", "approve", str(made["id"]), "--wait")
        check(done["outcome"] == "confirmed" and done["readback"]["to"] == 6, f"{done}")
        check(it.reading()["heater_level"] == 6, f"{it.reading()}")
        said.append("L3 approved")

        code, answer, _ = it.run("operator", "autonomy", "set", "L4", "--because", "too early")
        check(code == 3 and answer["code"] == "not_ready", f"L4 unearned: {code} {answer}")
        made = it.wait_for_a_veto()
        done = it.must("operator", "veto", str(made["id"]), "--because", "not now")
        check(done["status"] == "vetoed", f"{done}")
        made = it.must("agent", "propose", "fan", "4", "--because", "smoke")
        pulse = threading.Event()

        def live():
            while not pulse.wait(1):
                it.run("agent", "presence")

        beat = threading.Thread(target=live, daemon=True)
        beat.start()
        done = it.ends(made["id"], "completed", 40)
        check(done["outcome"] == "confirmed" and done["forecast"], f"{done}")
        said.append("L4 vetoed and ran")

        it.must("operator", "presence")
        it.level("L5", "--override", "10")
        done = it.must("agent", "propose", "heater", "5", "--because", "coasting", "--wait")
        check(done["outcome"] == "confirmed" and done["level"] == "L5", f"{done}")
        said.append("L5 ran at once")
        pulse.set()
        it.daemon.wait_for(lambda s: s["autonomy"]["level"] == "L3", 20, "L3 without its pilot")
        alarms = it.must("viewer", "alarms")["alarms"]
        check(any(alarm["code"] == "level_lowered" and alarm["action"] for alarm in alarms), f"{alarms}")

        check(it.must("operator", "audit", "verify", "--db", it.daemon.database)["whole"], "the audit")
        stats = it.must("viewer", "commands", "stats")
        check(stats["by_status"].get("completed") == 4, f"{stats}")
        return ", ".join(said)


@proof("an abort by a person, an agent and a signal: no heat, latched, and only a person resets it")
def _():
    times = []
    with shop() as it:
        for way in ("command", "signal", "agent"):
            before = it.reading()["heater_level"]
            check(before > 0, f"no heat to take away: {it.reading()}")
            began = time.monotonic()
            if way == "command":
                answer = it.must("operator", "abort", "--because", "trying")
                check("door" in " ".join(answer["advice"]).lower(), f"{answer}")
            elif way == "signal":
                os.kill(it.daemon.pid, signal.SIGUSR1)
            else:
                it.must("agent", "abort")
            it.daemon.wait_for(lambda s: s["reading"]["heater_level"] == 0, 10, "no heat")
            times.append(time.monotonic() - began)
            standing = it.daemon.status["autonomy"]
            check(standing["abort"]["latched"], f"it is not latched: {standing}")
            it.must("operator", "propose", "heater", "4", "--because", "again", code=3)
            it.must("agent", "autonomy", "reset", "--because", "please", code=1)
            time.sleep(0.5)
            it.must("operator", "autonomy", "reset", "--because", "looked at it")
            it.level("L2")
            # Within what may be given again in a minute.
            made = it.must("operator", "propose", "heater", "2", "--because", "again")
            it.must("operator", "approve", str(made["id"]), "--wait")
        (kept,), = rows(it.daemon, "SELECT count(*) FROM audit WHERE action = 'abort'")
        check(kept == 3, f"{kept} aborts in the audit")
    return f"heat away after {', '.join(f'{one:.2f}' for one in times)} s"


@proof("kill -9 while it is executed or waits for its veto: nothing is resumed, and it is said truly")
def _():
    with shop() as it:
        waiting = it.wait_for_a_veto()
        running = it.must("operator", "propose", "heater", "2", "--because", "less")
        it.must("operator", "approve", str(running["id"]))
        time.sleep(0.6)
        it.daemon.kill()
        it.daemon.start()
        status = it.daemon.is_well()
        check(status["autonomy"]["level"] == "L1" and status["autonomy"]["earlier_level"] == "L4",
              f"{status['autonomy']}")
        ended = it.show(waiting["id"])
        check(ended["status"] == "expired", f"{ended}")
        ran = it.show(running["id"])
        check(ran["status"] in ("failed", "completed"), f"{ran}")
        check(it.must("operator", "audit", "verify", "--db", it.daemon.database)["whole"], "the audit")
    return f"executing became {ran['status']}"


@proof("a tampered audit is found, located, and keeps the daemon at L1")
def _():
    with shop() as it:
        it.level("L2")
        made = it.must("operator", "propose", "fan", "3", "--because", "smoke")
        it.must("operator", "approve", str(made["id"]), "--wait")
        it.daemon.stop()
        database = sqlite3.connect(it.daemon.database)
        row, = database.execute("SELECT id FROM audit WHERE action = 'bytes_sent'").fetchone()
        database.execute("DROP TRIGGER audit_is_not_changed")
        database.execute("UPDATE audit SET detail = replace(detail, '31', '34') WHERE id = ?", (row,))
        database.execute("CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit "
                         "BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END")
        database.commit()
        database.close()
        found = it.must("operator", "audit", "verify", "--db", it.daemon.database, code=1)
        check(not found["whole"] and found["row"] == row, f"{found}, changed was {row}")
        it.daemon.start()
        it.daemon.is_well()
        it.must("operator", "autonomy", "set", "L3", "--because", "x", code=3)
        alarms = it.must("viewer", "alarms")["alarms"]
        check(any(alarm["code"] == "audit_broken" for alarm in alarms), f"{alarms}")
    return f"row {row}"


def at_the_machine(daemon, press, *words):
    """`roast commission --json`, and somebody who does as each line says; `press` is PRS at the panel."""
    running = subprocess.Popen(
        [ROAST, "commission", "--json", *words, "--socket", daemon.socket], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = []
    for line in running.stdout:
        now = json.loads(line)
        lines.append(now)
        if (now["phase"], now["step"]) == ("go", "heater"):
            press()
            daemon.wait_for(lambda s: s["reading"]["state"] == "roasting", 10, "an empty roast")
        if "--yes" not in words and now["phase"] in ("go", "confirm"):
            running.stdin.write({"go": "go\n", "confirm": "yes\n"}[now["phase"]])
            running.stdin.flush()
    complained = running.stderr.read()
    return running.wait(10), lines, complained


@proof("commissioning on a twin: guided, passed, in the audit, with a report, and remembered")
def _():
    with folder() as place:
        ready = os.path.join(place, "empty.json")
        with open(ready, "w") as file:
            json.dump({"schema": 1, "name": "empty", "machine": "m1", "start": "ready",
                       "script": [{"when": {"seconds": 100000}, "do": []}]}, file)
        with TwinProcess(place, ready, 3) as twin, \
                Daemon(place, device="twin@" + twin.path) as daemon:
            daemon.is_well()
            def press():
                subprocess.run([ROAST, "panel", "--twin", twin.path, "prs"], check=True,
                               stdout=subprocess.DEVNULL)

            code, _, complained = at_the_machine(daemon, press, "--yes")
            check(code == 3 and "L1" in complained, f"at L1: {code} {complained}")
            daemon.client.ask("PUT", "/v1/autonomy", {"level": "L2", "because": "commissioning"})
            report = os.path.join(place, "bullet.json")
            code, lines, complained = at_the_machine(daemon, press, "--yes", "--report", report)
            check(code == 0, f"it was to pass: {code} {lines[-1:]} {complained}")
            check([line["step"] for line in lines if line["phase"] == "confirm"]
                  == ["readings", "fan", "heater", "drum", "cooling", "shut_down"], f"{lines}")
            with open(report) as file:
                told = json.load(file)
            delays = [delay for result in told["results"] for command in result["commands"]
                      for delay in command["delays_ms"]]
            check(told["phase"] == "passed" and len(delays) == 8 and max(delays)
                  == told["longest_delay_ms"], f"{told}")
            check(all(len(frame) == 256 for result in told["results"]
                      for frame in result["frames"]), "a frame is not whole")
            check("uid" not in json.dumps(told), "the report names somebody")
            kept, = rows(daemon, "SELECT count(*) FROM audit WHERE action = 'commissioned'")
            check(kept == (8,), f"{kept} rows of it in the audit")
            sent, = rows(daemon, "SELECT count(*) FROM audit WHERE action = 'bytes_sent'")
            check(sent == (8,), f"{sent} steps were sent")
            daemon.stop()
            daemon.start()
            daemon.is_well()
            now = wait_until(
                lambda: (found := daemon.client.get("/v1/commission"))["passed"] and found, 5,
                "it is remembered")
            check(now["phase"] == "none" and now["passed"]["longest_delay_ms"] == max(delays), f"{now}")
    return f"8 steps, seen after {min(delays)} to {max(delays)} ms"


@proof("commissioning interrupted with Ctrl-C has not passed, and says so; an agent begins none")
def _():
    with folder() as place:
        ready = os.path.join(place, "empty.json")
        with open(ready, "w") as file:
            json.dump({"schema": 1, "name": "empty", "machine": "m1", "start": "ready",
                       "script": [{"when": {"seconds": 100000}, "do": []}]}, file)
        with Daemon(place, device="twin:" + ready) as daemon:
            daemon.is_well()
            daemon.client.ask("PUT", "/v1/autonomy", {"level": "L2", "because": "commissioning"})
            token = daemon.client.ask(
                "POST", "/v1/tokens", {"name": "a", "role": "agent"})[1]["token"]
            agent = subprocess.run(
                [ROAST, "commission", "--yes", "--socket", daemon.socket, "--token", token],
                capture_output=True, text=True, timeout=20)
            check(agent.returncode == 1, f"an agent: {agent}")
            running = subprocess.Popen(
                [ROAST, "commission", "--socket", daemon.socket], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            wait_until(lambda: daemon.client.get("/v1/commission")["phase"] == "reading", 10, "it runs")
            running.send_signal(signal.SIGINT)
            said, _ = running.communicate(timeout=10)
            check(running.returncode == 1 and "not passed" in said, f"{running.returncode} {said}")
            now = daemon.client.get("/v1/commission")
            check(now["phase"] == "failed" and now["passed"] is None, f"{now}")


@contextlib.contextmanager
def emulated(place, *options):
    """A daemon whose libusb sees a roaster on a mocked bus."""
    for needed in (EMULATOR, "/usr/bin/umockdev-wrapper"):
        if not os.path.exists(needed):
            raise Skipped(f"needs {needed} ('make emulator')")
    daemon = Daemon(place, device="usb:1001",
                    around=["umockdev-wrapper", EMULATOR, *options, "--"])
    turn = turn_on_the_bus()
    try:
        daemon.start()
        daemon.is_well(20)
        daemon.client.ask("PUT", "/v1/autonomy", {"level": "L2", "because": "commissioning"})
        yield daemon
    finally:
        daemon.process.terminate()
        try:
            daemon.process.wait(5)
        except subprocess.TimeoutExpired:
            os.kill(daemon.pid, signal.SIGKILL)
            daemon.end()
        turn.close()


@proof("a USB roaster refuses every command (P4) until a person has commissioned it, through libusb")
def _():
    with folder() as place:
        with emulated(place, "--ready") as daemon:
            wish = {"kind": "fan", "level": 2, "because": "trying"}
            status, refused = daemon.client.ask("POST", "/v1/proposals", wish)
            check(status == 422 and [rule["number"] for rule in refused["verdict"]["rules"]]
                  == ["P4"], f"{status} {refused}")
            code, lines, complained = at_the_machine(
                daemon, lambda: daemon.process.send_signal(signal.SIGUSR1))
            check(code == 0, f"{code} {lines[-1:]} {complained}")
            now = daemon.client.get("/v1/commission")
            check(not now["needed"] and now["passed"]["serial"] == 1001, f"{now}")
        with emulated(place, "--ready") as daemon:
            status, made = daemon.client.ask("POST", "/v1/proposals", wish)
            check(status == 201, f"after a restart: {status} {made}")
    return f"steps were seen after {now['longest_delay_ms']} ms at most"


@proof("a USB roaster that was not commissioned is aborted all the same, and --yes is refused")
def _():
    with folder() as place:
        with emulated(place) as daemon:
            ask = daemon.client.ask
            for wish in ({"kind": "heater", "level": 6}, {"kind": "fan", "level": 3},
                         {"kind": "drum", "level": 8},
                         {"kind": "begin_cooling", "words": ["door_is_open"]}):
                status, refused = ask("POST", "/v1/proposals", {"because": "trying", **wish})
                check(status == 422 and [rule["number"] for rule in refused["verdict"]["rules"]]
                      == ["P4"], f"{wish}: {status} {refused}")
            check(daemon.client.get("/v1/commission")["needed"], "it says that it needs none")
            yes = subprocess.run(
                [ROAST, "commission", "--yes", "--socket", daemon.socket],
                capture_output=True, text=True, timeout=20)
            check(yes.returncode == 64, f"--yes at a machine: {yes}")
            check(ask("POST", "/v1/commission", {"action": "begin"})[0] == 409, "it begins in a roast")
            check(daemon.status["reading"]["heater_level"] == 7, f"{daemon.status['reading']}")
            ask("POST", "/v1/abort")
            daemon.wait_for(lambda s: s["reading"]["heater_level"] == 0, 10, "no heat")


if __name__ == "__main__":
    main()
