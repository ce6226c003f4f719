"""What goes wrong around a daemon: each fault ends in a working one, and in a truthful status.

faults.py [--only WORDS] [--at-once N]
"""
import contextlib
import fcntl
import glob
import json
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time

from daemon import (EMULATOR, ROAST, ROOT, Client, Daemon, Skipped, TwinProcess, check, folder, main,
                    proof, turn_on_the_bus, wait_until)


@contextlib.contextmanager
def serving(*arguments, **choices):
    """A daemon in a folder of its own."""
    with folder() as place:
        with Daemon(place, *arguments, **choices) as daemon:
            yield daemon


@contextlib.contextmanager
def disk(*words):
    """A small disk of the test's own, mounted with these words."""
    if os.geteuid() != 0:
        raise Skipped("needs root")
    place = tempfile.mkdtemp(prefix="roast-disk-")
    mounted = subprocess.run(["mount", *words, place], capture_output=True, text=True)
    try:
        if mounted.returncode != 0:
            raise Skipped(f"cannot mount here: {mounted.stderr.strip()}")
        yield place
    finally:
        while subprocess.run(["umount", place], capture_output=True).returncode == 0:
            pass
        os.rmdir(place)


def rows(daemon, sql, *values):
    database = sqlite3.connect(f"file:{daemon.database}?mode=ro", uri=True, timeout=5)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()


def expect_whole(daemon, lost=0):
    """The file is sound, and of this run nothing is missing but what was said to be lost."""
    check(rows(daemon, "PRAGMA integrity_check") == [("ok",)], "the database is damaged")
    (count, missing), = rows(daemon, """
        SELECT count(*), max(id) - min(id) + 1 - count(*) FROM telemetry
        WHERE run_id = (SELECT max(id) FROM runs)""")
    check(missing == lost, f"{missing} points are missing in the file, {lost} were said to be lost")
    return count


class Points:
    """What a client of the stream is told."""

    def __init__(self, daemon):
        self.arrivals = []
        daemon.client.stream(self.hear)
        wait_until(lambda: self.arrivals, 5, "the first point on the stream")

    def hear(self, message):
        if message.get("event") == "telemetry":
            self.arrivals.append(time.monotonic())

    def expect_rate(self, seconds, what, rate=10):
        """As many as the roaster gives, and never a long silence."""
        began = time.monotonic()
        time.sleep(seconds)
        arrivals = [at for at in self.arrivals if at >= began]
        gaps = [after - before for before, after in zip(arrivals, arrivals[1:])]
        check(len(arrivals) >= 0.8 * rate * seconds,
              f"{what}: {len(arrivals)} points in {seconds} s, {rate * seconds:.0f} expected")
        check(max(gaps) < 1.0, f"{what}: {max(gaps):.2f} s without a point")
        return f"{len(arrivals) / seconds:.1f} points/s, at most {max(gaps) * 1000:.0f} ms apart"


def degraded(daemon, *words):
    status = daemon.wait_for(
        lambda s: s["store"]["state"] == "degraded", 10, "a store that says it is degraded")
    problem = status["store"]["problem"] or ""
    check(any(word in problem for word in words),
          f"the problem was to tell of {' or '.join(words)}: '{problem}'")
    ready, answer = daemon.client.ask("GET", "/ready")
    check(ready == 503 and answer["store"] == "degraded", f"/ready: {ready} {answer}")
    return problem


# The disk


@proof("a full disk: live goes on, what cannot be kept is refused, and all is kept in the end")
def _():
    with disk("-t", "tmpfs", "-o", "size=3m", "tmpfs") as place, folder() as home:
        with Daemon(home, database=place + "/roast.db") as daemon:
            points = Points(daemon)
            with open(place + "/filler", "wb", 0) as filler, contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(4096))
            problem = degraded(daemon, "full")
            note = points.expect_rate(2, "with a full disk")
            status, answer = daemon.client.ask("PUT", "/v1/batch", {"beans": "Huila"})
            check(status == 503 and answer["code"] == "store_unavailable",
                  f"a change on a full disk: {status} {answer}")
            os.unlink(place + "/filler")
            daemon.is_well()
            wait_until(lambda: daemon.status["store"]["pending"] < 20, 5, "what waited is written")
            check(daemon.client.get("/v1/batch")["beans"] == "Huila", "the change was not kept")
            daemon.stop()
            expect_whole(daemon)
            daemon.start()
            check(daemon.client.get("/v1/batch")["beans"] == "Huila", "the change is not stored")
            return f"'{problem}'; {note}"


@proof("a disk that stays full: what is lost is counted, shown and written down")
def _():
    with disk("-t", "tmpfs", "-o", "size=6m", "tmpfs") as place, folder() as home:
        with Daemon(home, "--speed", "200", database=place + "/roast.db") as daemon:
            # What is missing is counted from the first point in the file.
            wait_until(lambda: rows(daemon, "SELECT count(*) FROM telemetry")[0][0] > 0, 5,
                       "the first points in the file")
            with open(place + "/filler", "wb", 0) as filler, contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(4096))
            degraded(daemon, "full")
            daemon.wait_for(lambda s: s["store"]["lost_points"] > 0, 20, "lost points are counted")
            os.unlink(place + "/filler")
            status = daemon.is_well()
            lost = status["store"]["lost_points"]
            daemon.stop()
            expect_whole(daemon, lost)
            told = rows(daemon, "SELECT kind, points, from_ms, to_ms, reason FROM losses")
            check(sum(row[1] or 0 for row in told) == lost,
                  f"{lost} points lost by the status; written down: {told}")
            check(all(row[2] <= row[3] and "full" in row[4] for row in told), f"losses: {told}")
            return f"{lost} points"


@proof("a disk that turns read-only: live goes on, and a disk put in its place is used")
def _():
    with folder() as home:
        image = home + "/image"
        with open(image, "wb") as file:
            file.truncate(16 << 20)
        subprocess.run(["mkfs.ext4", "-q", image], check=True)
        with disk("-o", "loop,errors=remount-ro", image) as place:
            source = subprocess.run(["findmnt", "-no", "SOURCE", place], capture_output=True,
                                    text=True, check=True).stdout.strip()
            trigger = f"/sys/fs/ext4/{os.path.basename(source)}/trigger_fs_error"
            with Daemon(home, database=place + "/roast.db") as daemon:
                points = Points(daemon)
                try:
                    with open(trigger, "w") as file:
                        file.write("1")
                except OSError as error:
                    raise Skipped(f"cannot make the disk fail: {error}") from None
                problem = degraded(daemon, "read", "io", "I/O", "cannot")
                note = points.expect_rate(2, "with a read-only disk")
                subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=True)
                daemon.is_well()
                time.sleep(0.6)
                kept = rows(daemon, "SELECT count(*) FROM telemetry")[0][0]
                check(kept > 0, "nothing is kept on the new disk")
                seconds = daemon.stop()
                check(seconds < 2, f"the end took {seconds:.1f} s")
                return f"'{problem}'; {note}"


@proof("a read-only disk at the start: refused in clear words, nothing touched; then it works")
def _():
    with disk("-t", "tmpfs", "tmpfs") as place, folder() as home:
        daemon = Daemon(home, database=place + "/roast.db")
        with daemon:
            daemon.is_well()
            daemon.stop()
        with open(daemon.database, "rb") as file:
            before = file.read()
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        said = daemon.refuses("roast.db", "Check the folder")
        with open(daemon.database, "rb") as file:
            check(file.read() == before, "the file was changed")
        subprocess.run(["mount", "-o", "remount,rw", place], check=True)
        with daemon:
            daemon.is_well()
            daemon.stop()
        return said.strip().splitlines()[0]


@proof("a database locked for 3 s by another process: nothing is lost")
def _():
    with serving() as daemon:
        points = Points(daemon)
        other = sqlite3.connect(daemon.database, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        problem = degraded(daemon, "busy", "locked")
        note = points.expect_rate(max(0.5, 3 - (time.monotonic() - began)), "while locked")
        other.execute("ROLLBACK")
        other.close()
        daemon.is_well()
        check(daemon.status["store"]["lost_points"] == 0, "points were lost")
        daemon.stop()
        count = expect_whole(daemon)
        return f"'{problem}'; {note}; {count} points, none missing"


@proof("a mark that waits for the disk is not acknowledged before it is there, however often it is sent")
def _():
    with serving("--speed", "20") as daemon:
        daemon.wait_for(lambda s: (s["roast"]["seconds"] or 0) > 20, 20, "a roast of 20 s")
        other = sqlite3.connect(daemon.database, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        mark = {"event": "yellowing", "seconds_ago": 0, "key": "tap-1"}
        for attempt in ("first", "second"):
            status, answer = daemon.client.ask("POST", "/v1/roasts/current/events", mark)
            check(status == 503 and answer["code"] == "store_unavailable",
                  f"the {attempt} time it was to be 503: {status} {answer}")
        other.execute("ROLLBACK")
        other.close()
        daemon.is_well()
        status, answer = daemon.client.ask("POST", "/v1/roasts/current/events", mark)
        check(status == 200 and answer["events"], f"then it was to be there: {status} {answer}")
        number = answer["events"][0]["id"]
        other_mark = {"event": "first_crack", "seconds_ago": 0, "key": "tap-1"}
        status, answer = daemon.client.ask("POST", "/v1/roasts/current/events", other_mark)
        check(status == 201 and answer["events"][0]["event"] == "first_crack",
              f"the same key with another landmark is another mark: {status} {answer}")
        daemon.kill()
        check(rows(daemon, "SELECT kind FROM events WHERE id = ?", number) == [("yellowing",)],
              "the acknowledged mark is not in the file")


# Damage


def damage(path, first, last):
    """Nonsense in the place of some pages."""
    with open(path, "r+b") as file:
        pages = file.seek(0, 2) // 4096
        check(pages > first, f"the file has {pages} pages: nothing to damage")
        for page in range(first, min(last, pages)):
            file.seek(page * 4096)
            file.write(os.urandom(4096))


def expect_set_aside(daemon, status):
    aside = status["store"]["set_aside"]
    check(aside and os.path.exists(aside), f"the damaged file was to be kept: {aside}")
    check(".damaged-" in aside, f"the damaged file is called {aside}")
    daemon.is_well()
    time.sleep(0.7)
    daemon.stop()
    expect_whole(daemon)
    daemon.start()
    daemon.is_well()


@proof("a stopped file with damaged pages: set aside, said loudly, a fresh one is used")
def _():
    with folder() as place:
        with Daemon(place, "--speed", "100") as daemon:
            daemon.wait_for(lambda s: s["roast"]["is_roasting"], 10, "a roast")
            time.sleep(1.5)
            daemon.kill()
            # Everything into the file itself, the end of the run is not in it.
            database = sqlite3.connect(daemon.database)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
            damage(daemon.database, 30, 60)
            daemon.start()
            status = daemon.status
            check("set_aside" in daemon.said() and "level=error" in daemon.said(),
                  f"the log does not say loudly that the file was set aside: {daemon.said()[-800:]}")
            expect_set_aside(daemon, status)
            daemon.wait_for(lambda s: s["roast"]["is_roasting"], 10, "a roast")
            wait_until(lambda: daemon.client.get("/v1/roasts")["roasts"], 5, "a roast is kept")
            return os.path.basename(status["store"]["set_aside"])


@proof("a file that is no database at all is set aside as well, one of another program is left alone")
def _():
    with folder() as place:
        daemon = Daemon(place)
        with open(daemon.database, "wb") as file:
            file.write(b"this was a database once" * 400)
        with daemon:
            check(daemon.status["store"]["set_aside"], "the file was to be set aside")
            daemon.is_well()
            daemon.stop()
        for path in glob.glob(daemon.database + "*"):
            os.unlink(path)
        other = sqlite3.connect(daemon.database)
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.commit()
        other.close()
        with open(daemon.database, "rb") as file:
            before = file.read()
        daemon.refuses("another program")
        with open(daemon.database, "rb") as file:
            check(file.read() == before, "the file of another program was changed")


@proof("damaged pages in the file that is being written: found, set aside, live never stops")
def _():
    with serving("--speed", "2") as daemon:
        points = Points(daemon)
        for _ in range(40):
            daemon.client.ask("PUT", "/v1/batch", {"beans": os.urandom(60).hex()})
        checkpoint = sqlite3.connect(daemon.database, timeout=5)
        checkpoint.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        checkpoint.close()
        damage(daemon.database, 0, 1000)

        def provoke():
            """Somebody reads, and somebody writes."""
            daemon.client.ask("GET", "/v1/roasts")
            daemon.client.ask("PUT", "/v1/batch", {"beans": os.urandom(6).hex()})
            store = daemon.status["store"]
            return store["set_aside"] and store["state"] == "ok"

        wait_until(provoke, 20, "the damage is found and the file set aside", step=0.2)
        note = points.expect_rate(2, "after damage", rate=20)
        expect_set_aside(daemon, daemon.status)
        return note


# Places that are taken


@proof("the socket of a live daemon is refused, that of a dead one is taken over")
def _():
    with serving() as first, folder() as place:
        second = Daemon(place)
        second.socket = first.socket
        second.refuses("another program listens there")
        first.is_well()
        first.kill()
        check(os.path.exists(first.socket), "the dead daemon's socket file was to be there")
        with second:
            second.is_well()
            second.stop()
        check(not os.path.exists(second.socket), "the socket file is left after the end")
        with open(second.socket, "w") as file:
            file.write("mine")
        second.refuses("something else lies there")
        with open(second.socket) as file:
            check(file.read() == "mine", "a file of somebody's was overwritten")


@proof("a second daemon for the same database or the same device is refused, the first goes on")
def _():
    with serving() as first, folder() as place:
        second = Daemon(place, database=first.database)
        second.refuses("is written by another process")
        first.is_well()
        first.stop()
        expect_whole(first)
    with folder() as place, folder() as other, TwinProcess(place, "medium", 1) as twin:
        third = Daemon(other, device=f"twin@{twin.path}")
        with Daemon(place, device=f"twin@{twin.path}") as first:
            third.refuses("another daemon serves")
            first.is_well()
            first.stop()
        with third:
            third.is_well()


@proof("a TCP port that is taken is refused in clear words")
def _():
    with socket.socket() as taken, folder() as place:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        daemon = Daemon(place, listen=[f"127.0.0.1:{port}"])
        daemon.refuses(f"127.0.0.1:{port}", "another program listens there")
        check(not os.path.exists(daemon.ready), "it wrote its ready file and does not serve")


# The roaster's USB

FRAME = "<6f6B2x2fxB2xh2xh2xi40xi4xH22x"


def roast_frames(ready, roasting, cooling):
    """A roast in small, so many seconds of each, a frame a poll."""

    def frame(state, bean, ibts, seconds):
        return struct.pack(FRAME, bean, 8, ibts, 1.5, 120, 2.5, seconds // 60, seconds % 60, 2, 6, 9,
                           state, 45, 40, 10, 915, 230, 30, 31, 200)

    frames = [frame(4, 170, 200, 0)] * (10 * ready)
    for step in range(10 * roasting):
        bean = 170 - 60 * min(1, step / 40) + max(0, step - 40) * 0.5
        frames.append(frame(6, bean, 25.0 if step < 40 else bean + 8, step // 10))
    return b"".join(frames + [frame(8, 150, 180, roasting)] * (10 * cooling))


class EmulatedDaemon(Daemon):
    """A daemon whose libusb sees a roaster on a mocked bus, under a calendar that can be stepped."""

    def __init__(self, place, frames, *faults):
        for needed in (EMULATOR, "/usr/bin/umockdev-wrapper"):
            if not os.path.exists(needed):
                raise Skipped(f"needs {needed} ('make emulator')")
        with open(place + "/frames", "wb") as file:
            file.write(frames)
        self.offset = place + "/offset"
        with open(self.offset, "wb") as file:
            file.write(bytes(8))
        around = ["umockdev-wrapper", EMULATOR, "--frames", place + "/frames"]
        for fault in faults:
            around += fault.split()
        around += ["--", "env", f"LD_PRELOAD=libumockdev-preload.so.0:{stepping_clock()}",
                   f"CLOCK_OFFSET_FILE={self.offset}"]
        super().__init__(place, device="usb:1001", around=around)
        self.turn = None

    def start(self, wait=True):
        self.turn = self.turn or turn_on_the_bus()
        return super().start(wait)

    def end(self):
        """Through the emulator, so that the roaster is free for the next one."""
        if self.process and not self.ended():
            self.process.terminate()
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                os.kill(self.pid, signal.SIGKILL)
                self.process.wait(5)
        if self.turn:
            self.turn.close()
            self.turn = None

    def step_clock(self, seconds):
        """As if somebody set the computer's clock so far from the true time."""
        with open(self.offset, "r+b") as file:
            file.write(struct.pack("<q", int(seconds * 1000)))


def stepping_clock():
    library = os.path.join(ROOT, ".build/clock.so")
    source = os.path.join(ROOT, "Tests/Service/clock.c")
    if not os.path.exists(library) or os.path.getmtime(library) < os.path.getmtime(source):
        draft = f"{library}.{os.getpid()}"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", source, "-o", draft], check=True)
        os.rename(draft, library)
    return library


USB_TURN = threading.Lock()


@proof("the clock stepped an hour on and two back during a roast: one roast, its curve untorn")
def _():
    with USB_TURN, folder() as place:
        with EmulatedDaemon(place, roast_frames(1, 12, 30)) as daemon:
            daemon.wait_for(lambda s: s["roast"]["id"], 10, "a roast")
            for number, seconds in enumerate([3600, -3600, 0]):
                time.sleep(2)
                daemon.step_clock(seconds)
                status, answer = daemon.client.ask(
                    "POST", "/v1/roasts/current/events",
                    {"event": "yellowing", "roast_seconds": 5 + number * 0.5})
                check(status == 201, f"a mark after a step of the clock: {status} {answer}")
            daemon.wait_for(lambda s: s["roast"]["ended_seconds"], 15, "the roast's end")
            time.sleep(0.5)  # until its end is in the file
            status = daemon.is_well()
            check(status["link"]["connections"] == 1, f"the link was lost: {status['link']}")
            whole = daemon.client.get("/v1/roasts/last")
            check(len(daemon.client.get("/v1/roasts")["roasts"]) == 1, "one roast became several")
            check(10 <= whole["duration_seconds"] <= 13,
                  f"12 s of roasting are told as {whole['duration_seconds']} s")
            seconds = whole["curve"]["seconds"]
            steps = [after - before for before, after in zip(seconds, seconds[1:])]
            check(steps and 0 < min(steps) and max(steps) <= 2,
                  f"the curve is torn: steps from {min(steps)} to {max(steps)} s")
            yellowing = status["roast"]["landmarks"]["yellowing"]
            check(abs(yellowing["seconds"] - 6.0) < 0.2, f"yellowing marked at 6 s: {yellowing}")
            daemon.stop()
            expect_whole(daemon)
            return f"{whole['duration_seconds']} s, points at most {max(steps):.1f} s apart"


STORM = ["stall@status1#20-24", "silent@status2#40", "short@status1#60-62=5", "ioerror@status1#70",
         "doubled@status2#75", "nonsense@status1#80-84", "late@status1#90=700",
         "outstall@status2#95", "shortwrite@status1#100=1"]


@proof("a storm of USB faults and an unplugged cable: the link says so, and comes back by itself")
def _():
    with USB_TURN, folder() as place:
        faults = [f"--fault {fault}" for fault in STORM] + ["--unplug-at 11000:1500"]
        with EmulatedDaemon(place, roast_frames(1, 100, 1), *faults) as daemon:
            daemon.is_well()
            daemon.wait_for(lambda s: s["link"]["failed_polls"] > 5, 15, "failed polls are counted")
            daemon.wait_for(lambda s: s["link"]["state"] == "absent" and s["reading"] is None
                            and s["link"]["hint"], 15, "the cable is said to be out")
            ready, answer = daemon.client.ask("GET", "/ready")
            check(ready == 503 and answer["link"] == "absent", f"/ready: {ready} {answer}")
            status = daemon.is_well(15)
            check(status["link"]["connections"] >= 2, f"{status['link']}")
            polls = status["link"]["polls"]
            check(len(daemon.client.get("/v1/roasts")["roasts"]) == 1, "one roast became several")
            daemon.stop()
            stored = expect_whole(daemon)
            states = [row[0] for row in rows(daemon, "SELECT state FROM links ORDER BY id")]
            check("absent" in states and states[-1] == "up", f"the history of the link: {states}")
            check(stored >= polls - 10, f"{polls} polls brought readings, {stored} are stored")
            return f"{status['link']['failed_polls']} failed polls, {stored} points stored"


# Signals


@proof("SIGTERM and SIGINT end it within 2 s with streams open and requests under way")
def _():
    slowest = 0
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving("--speed", "100", "--requests-per-second", "100000") as daemon:
            daemon.wait_for(lambda s: s["roast"]["id"], 10, "a roast")
            points = [Points(daemon) for _ in range(5)]
            idle = socket.socket(socket.AF_UNIX)
            idle.connect(daemon.socket)
            idle.send(b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Le")
            acknowledged, ending = {}, threading.Event()

            def write():
                with contextlib.suppress(Exception):
                    while not ending.is_set():
                        status, answer = daemon.client.ask(
                            "POST", "/v1/roasts/current/events", {"event": "first_crack"})
                        if status == 201:
                            acknowledged.update((e["id"], e["event"]) for e in answer["events"])

            writers = [threading.Thread(target=write, daemon=True) for _ in range(3)]
            for writer in writers:
                writer.start()
            daemon.client.get("/v1/roasts/last")
            time.sleep(0.7)
            slowest = max(slowest, daemon.stop(number))
            ending.set()
            check(slowest < 2, f"the end took {slowest:.1f} s")
            check(len(points) == 5 and acknowledged, "nothing was under way: the test tested nothing")
            left = sorted(os.listdir(daemon.folder))
            check(left == ["log", "medium.json", "roast.conf", "roast.db", "roast.db.lock"],
                  f"something is left behind: {left}")
            expect_whole(daemon)
            stored = dict(rows(daemon, "SELECT id, kind FROM events"))
            missing = [one for one in acknowledged if one not in stored]
            check(not missing, f"acknowledged events are missing: {missing}")
            check(rows(daemon, "SELECT ended_ms IS NOT NULL FROM runs") == [(1,)],
                  "the end of the run is not in the file")
            idle.close()
    return f"{slowest:.2f} s at most"


@proof("SIGHUP rereads people, allowed hosts and the log level")
def _():
    with folder() as place:
        daemon = Daemon(place, listen=["127.0.0.1:0"])
        daemon.configure("log_level = error\n")
        with daemon:
            me = daemon.client
            check(daemon.status["caller"]["role"] == "owner", "who starts it is to be the owner")
            token = me.ask("POST", "/v1/tokens", {"name": "t", "role": "viewer"})[1]["token"]
            far = Client(("127.0.0.1", daemon.ports()[0]), token)

            def by_name():
                return far.ask("GET", "/v1/status", headers={"Host": "roaster.lan"})[0]

            check(by_name() == 403, "a host that nobody allowed was let in")
            check("event=" not in daemon.said(), "more than errors were logged")
            daemon.configure("log_level = debug\npeople = 12345\nallow_host = roaster.lan\n")
            daemon.process.send_signal(signal.SIGHUP)
            wait_until(lambda: daemon.status["caller"]["role"] == "viewer", 3,
                       "the owner is a viewer once others are listed")
            check(by_name() == 200, f"the allowed host is refused: {by_name()}")
            wait_until(lambda: "configuration_reread" in daemon.said(), 3, "the log level is reread")
            daemon.configure("people = nobody-of-that-name\n")
            daemon.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "configuration_not_reread" in daemon.said(), 3, "it says what is wrong")
            check(daemon.status["caller"]["role"] == "viewer", "a broken file changed something")
            daemon.stop()


@proof("SIGHUP rereads the golden cases; what is none is left out, with its reason")
def _():
    with folder() as place:
        cases = os.path.join(place, "cases")
        os.mkdir(cases)
        golden = os.path.join(ROOT, "Specs/golden")

        def names(daemon):
            return [one["name"] for one in daemon.client.get("/v1/cases")["cases"]]

        daemon = Daemon(place, environment={"ROAST_CASES": cases})
        with daemon:
            check(names(daemon) == [], f"cases of nobody: {names(daemon)}")
            for name in ("medium-400.json", "dark-400.json", "README.md"):
                shutil.copy(os.path.join(golden, name), cases)
            shutil.copy(os.path.join(golden, "dark-400.json"), os.path.join(cases, "twice.json"))
            with open(os.path.join(cases, "bad.json"), "w") as file:
                file.write('{"schema": 1, "name": "bad", "target": {"name": "x", "drop": {"seconds": "late"}}}')
            os.mkfifo(os.path.join(cases, "pipe.json"))
            os.symlink("nowhere", os.path.join(cases, "gone.json"))
            daemon.process.send_signal(signal.SIGHUP)
            wait_until(lambda: names(daemon) == ["dark-400", "medium-400"], 3, "two cases")
            for words in ("twice.json", "target.drop.seconds must be a number", "pipe.json is no file",
                          "gone.json is no file"):
                check(words in daemon.said(), f"it is not said: {words}; but {daemon.said()[-1500:]}")
            shutil.rmtree(cases)
            daemon.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "cases_not_read" in daemon.said(), 3, "that the folder is gone")
            check(names(daemon) == ["dark-400", "medium-400"], f"cases are lost: {names(daemon)}")
            daemon.stop()


# Roasts through trouble


def longest_step(curve):
    seconds = curve["seconds"]
    return max((after - before for before, after in zip(seconds, seconds[1:])), default=0)


@proof("kill -9 in a roast that goes on: the same roast is resumed, with the gap marked")
def _():
    with folder() as place, TwinProcess(place, "medium", 25) as twin:
        daemon = Daemon(place, device=f"twin@{twin.path}")
        with daemon:
            daemon.wait_for(lambda s: (s["roast"]["seconds"] or 0) > 100, 20, "a roast of 100 s")
            daemon.client.ask("POST", "/v1/roasts/current/events",
                              {"event": "yellowing", "roast_seconds": 90})
            before = daemon.status["roast"]
            daemon.kill()
            time.sleep(1.5)
            daemon.start()
            after = daemon.wait_for(lambda s: s["roast"]["id"], 10, "the roast goes on")["roast"]
            check(after["id"] == before["id"], f"roast {before['id']} became {after['id']}")
            check(abs(after["landmarks"]["yellowing"]["seconds"] - 90) < 0.2,
                  f"yellowing was marked at 90 s: {after['landmarks']['yellowing']}")
            daemon.wait_for(lambda s: s["roast"]["ended_seconds"], 30, "the roast's end")
            wait_until(lambda: daemon.client.get("/v1/roasts")["roasts"][0]["status"] == "ended", 3,
                       "the end on the disk")
            roasts = daemon.client.get("/v1/roasts")["roasts"]
            check([roast["id"] for roast in roasts] == [before["id"]], f"one roast: {roasts}")
            whole = daemon.client.get(f"/v1/roasts/{before['id']}")
            gaps = rows(daemon, """
                SELECT (from_ms - began_ms) / 1000.0, (to_ms - began_ms) / 1000.0 FROM losses
                JOIN roasts ON roasts.id = roast_id WHERE kind = 'away'""")
            check(len(gaps) == 1, f"one gap was to be marked: {gaps}")
            seconds = whole["curve"]["seconds"]
            holes = [(before, after) for before, after in zip(seconds, seconds[1:])
                     if after - before > 12]  # half a second of ours is no hole
            check(len(holes) == 1 and 35 < holes[0][1] - holes[0][0] < 120,
                  f"the curve was to have one hole of about 40 s, and has {holes}; "
                  f"it goes from {seconds[0]} to {seconds[-1]} s")
            check(440 < whole["duration_seconds"] < 560, f"{whole['duration_seconds']} s")
            first = whole["first_crack_seconds"]
            check(first and 350 < first < 480, f"first crack at {first} s")
            daemon.stop()
            expect_whole(daemon)
            check(all(abs(told - seen) < 10 for told, seen in zip(gaps[0], holes[0])),
                  f"the gap is told as {gaps[0]} s of the roast, the curve's hole is {holes[0]}")
            return (f"{whole['duration_seconds']:.0f} s, first crack at {first:.0f} s, "
                    f"away from {gaps[0][0]:.0f} to {gaps[0][1]:.0f} s")


@proof("a mark sent before the roaster is heard again waits, and is then taken with its true time")
def _():
    with folder() as place, TwinProcess(place, "medium", 10) as twin:
        daemon = Daemon(place, device=f"twin@{twin.path}")
        with daemon:
            roast = daemon.wait_for(
                lambda s: (s["roast"]["seconds"] or 0) > 60, 20, "a roast of 60 s")["roast"]
            daemon.kill()
            twin.process.send_signal(signal.SIGSTOP)
            daemon.start()
            mark = {"event": "first_crack", "roast_seconds": roast["seconds"] + 10, "key": "tap"}
            for name in ("current", roast["id"]):
                status, answer = daemon.client.ask("POST", f"/v1/roasts/{name}/events", mark)
                check(status == 503 and answer["code"] == "not_heard_yet",
                      f"it was to be told to wait: {status} {answer}")
            twin.process.send_signal(signal.SIGCONT)
            daemon.wait_for(lambda s: (s["roast"]["seconds"] or 0) > roast["seconds"] + 10, 20,
                            "the roast goes on")
            status, answer = daemon.client.ask("POST", "/v1/roasts/current/events", mark)
            check(status == 201, f"now it was to be taken: {status} {answer}")
            crack = daemon.status["roast"]["landmarks"]["first_crack"]
            check(abs(crack["seconds"] - mark["roast_seconds"]) < 0.2, f"its time: {crack}")
            daemon.stop()


@proof("a log that nobody reads stops nothing")
def _():
    with folder() as place:
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        daemon = Daemon(place, "--speed", "200", "--log-level", "debug", device="twin:back-to-back")
        process = subprocess.Popen(daemon.command(), stdin=subprocess.DEVNULL, stdout=writing,
                                   stderr=writing, env=daemon.environment)
        os.write(writing, b" " * 4096)
        try:
            wait_until(lambda: os.path.exists(daemon.ready), 20, "ready")
            daemon.wait_for(lambda s: s["roast"]["id"] == 2 and s["roast"]["ended_seconds"], 30,
                            "the second roast's end")
            daemon.is_well()
            began = time.monotonic()
            process.terminate()
            code = process.wait(5)
            took = time.monotonic() - began
            check(code == 0 and took < 2, f"it was to end within 2 s: {took:.1f} s, exit {code}")
            return f"ended within {took:.2f} s"
        finally:
            process.kill()
            process.wait()
            os.close(reading)
            os.close(writing)


@proof("two batches back to back are two roasts")
def _():
    with serving("--speed", "200", device="twin:back-to-back") as daemon:
        daemon.client.ask("PUT", "/v1/batch", {"title": "first", "beans": "Huila", "grams_in": 400})
        daemon.wait_for(lambda s: s["roast"]["id"] == 2 and s["roast"]["ended_seconds"], 30,
                        "the second roast's end")
        time.sleep(0.3)
        second, first = daemon.client.get("/v1/roasts")["roasts"]
        check((first["status"], second["status"]) == ("ended", "ended"), f"{first} {second}")
        check(first["ended"] < second["began"], "they overlap")
        check((first["title"], first["grams_in"], second["title"], second["grams_in"])
              == ("first", 400, None, None), f"the batch's details: {first} {second}")
        check(second["beans"] == "Huila", "the beans were to stay")
        for one in (first, second):
            check(480 < one["duration_seconds"] < 560 and one["first_crack_seconds"], f"{one}")
            curve = daemon.client.get(f"/v1/roasts/{one['id']}")["curve"]
            check(0 < longest_step(curve) <= 2, f"the curve has a hole of {longest_step(curve)} s")
        return f"{first['duration_seconds']} s and {second['duration_seconds']} s"


@proof("release gives the device away, attach takes it back, and so does the time that was given")
def _():
    with serving() as daemon:
        link = daemon.is_well()["link"]

        def ask(what, body=None):
            status, answer = daemon.client.ask("POST", f"/v1/link/{what}", body)
            check(status == 200, f"{what}: {status} {answer}")
            return answer

        check(ask("release")["state"] == "released", "it is not said to be released")
        status = daemon.status
        check(status["reading"] is None and status["link"]["released_until"] is None, f"{status}")
        check(daemon.client.ask("GET", "/ready")[0] == 503, "released, and ready")
        polls = status["link"]["polls"]
        time.sleep(0.5)
        check(daemon.status["link"]["polls"] == polls, "it goes on polling what was given away")
        ask("attach")
        daemon.is_well()
        began = time.monotonic()
        until = ask("release", {"minutes": 0.1})["released_until"]
        check(until, "it does not say until when")
        status, answer = daemon.client.ask("POST", "/v1/link/release", {"minutes": 0})
        check(status == 400, f"released for 0 minutes: {status} {answer}")
        daemon.is_well(12)
        took = time.monotonic() - began
        check(5 < took < 9, f"taken back after {took:.1f} s instead of 6")
        check(link["serial"] == daemon.status["link"]["serial"], "another roaster came back")
        return f"back after {took:.1f} s"


@proof("on_event gets each event as JSON, in order, and a hook that hangs or fails harms nobody")
def _():
    with folder() as place:
        told = place + "/told"
        with Daemon(place, "--speed", "100", "--on-event", f"cat >> {told}") as daemon:
            daemon.wait_for(lambda s: s["roast"]["ended_seconds"], 30, "the roast's end")
            lines = wait_until(
                lambda: "dropped" in open(told).read() and open(told).read(), 5, "the drop is told")
            events = [json.loads(line) for line in lines.splitlines()]
            names = [event["event"] for event in events]
            check("roast_began" in names and "first_crack" in names, f"the hook heard {names}")
            landmarks = [event for event in events if event.get("id")]
            check([e["id"] for e in landmarks] == sorted(e["id"] for e in landmarks), "out of order")
            daemon.stop()
        daemon.arguments[-1] = "sleep 60"
        with daemon:
            daemon.is_well()
            seconds = daemon.stop()
            check(seconds < 2, f"a hook that hangs delays the end: {seconds:.1f} s")
        daemon.arguments[-1] = "exit 3"
        with daemon:
            wait_until(lambda: "hook_failed" in daemon.said(), 10, "a failing hook is logged")
            daemon.is_well()
        return f"{len(events)} events"


@proof("a recording that 'roast record' made is played as a device")
def _():
    with folder() as place:
        recording = place + "/roast.rec"
        with TwinProcess(place, "medium", 60) as twin:
            made = subprocess.run(
                [ROAST, "record", "--device", f"twin@{twin.path}", "--out", recording, "--for", "11"],
                capture_output=True, text=True, timeout=60)
            check(made.returncode == 0, f"roast record: {made.stderr}")
        with Daemon(place, "--speed", "200", device=f"replay:{recording}") as daemon:
            status = daemon.wait_for(
                lambda s: "ended" in (s["link"]["failure"] or ""), 20, "the recording's end")
            check(status["device"].startswith("replay:"), status["device"])
            time.sleep(0.6)
            roast, = daemon.client.get("/v1/roasts")["roasts"]
            check(roast["simulated"] is True, f"a twin's recording is simulated: {roast}")
            time.sleep(2)
            status = daemon.status
            daemon.stop()
            count = expect_whole(daemon)
            check(count == status["link"]["polls"] - rows(
                daemon, "SELECT count(*) FROM telemetry WHERE state_code IS NULL")[0][0]
                  or count > 60, f"{count} points of {status['link']['polls']} polls")
            check(status["link"]["state"] != "up" and status["reading"] is None,
                  f"2 s after the recording's end the link is said to be {status['link']['state']}, "
                  f"{status['link']['age_seconds']} s after the last reading")
            return f"{count} points, roast {roast['status']}"


# Bad company


@proof("200 idle connections, garbage and a reader that never reads do not delay telemetry")
def _():
    with serving(listen=["127.0.0.1:0"]) as daemon:
        points = Points(daemon)
        port = daemon.ports()[0]
        idle = []
        for number in range(200):
            place = daemon.socket if number % 2 else ("127.0.0.1", port)
            one = socket.socket(socket.AF_UNIX if number % 2 else socket.AF_INET)
            one.connect(place)
            idle.append(one)
        never = socket.socket(socket.AF_UNIX)
        never.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        never.connect(daemon.socket)
        never.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
        ending = threading.Event()

        def babble():
            while not ending.is_set():
                with contextlib.suppress(OSError):
                    with socket.socket(socket.AF_UNIX) as one:
                        one.settimeout(1)
                        one.connect(daemon.socket)
                        one.sendall(os.urandom(3000))
                        one.recv(100)
                ending.wait(0.005)

        babbler = threading.Thread(target=babble)
        babbler.start()
        try:
            note = points.expect_rate(4, "in bad company")
            status = daemon.is_well()
            check(status["link"]["failed_polls"] == 0, f"{status['link']}")
        finally:
            ending.set()
            babbler.join()
        for one in idle + [never]:
            one.close()
        daemon.stop()
        expect_whole(daemon)
        return note


if __name__ == "__main__":
    main(at_once=4)
