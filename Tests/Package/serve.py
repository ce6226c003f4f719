"""serve.py ROOT UNIT [INSTANCE]: runs a unit's ExecStart line in ROOT as systemd would (user, folders,
notification socket), on the twin, and ends it with SIGTERM."""

import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys
import time

root = pathlib.Path(sys.argv[1])
unit = (root / "lib/systemd/system" / sys.argv[2]).read_text()
instance = sys.argv[3] if len(sys.argv) > 3 else ""


def setting(name):
    lines = [line for line in unit.splitlines() if line.startswith(name + "=")]
    return lines[-1].split("=", 1)[1].replace("%i", instance)


def entry(name):
    for line in (root / "etc/passwd").read_text().splitlines():
        fields = line.split(":")
        if fields[0] == name:
            return int(fields[2]), int(fields[3])
    sys.exit(f"there is no user {name}")


uid, gid = entry(setting("User"))
environment = {"PATH": "/usr/bin:/bin"}
for kind, parent in [("Runtime", "/run"), ("State", "/var/lib"), ("Configuration", "/etc")]:
    place = f"{parent}/{setting(kind + 'Directory')}"
    environment[kind.upper() + "_DIRECTORY"] = place
    folder = root / place.lstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    if kind != "Configuration":
        os.chown(folder, uid, gid)
        folder.chmod(int(setting(kind + "DirectoryMode"), 8))

heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify = root / "run/notify-test"
notify.unlink(missing_ok=True)
heard.bind(str(notify))
notify.chmod(0o666)
environment["NOTIFY_SOCKET"] = "/run/notify-test"
environment["WATCHDOG_USEC"] = str(int(setting("WatchdogSec")) * 1_000_000)

words = shlex.split(setting("ExecStart"))
device = words.index("--device") + 1
words[device] = "twin:medium"
words += ["--ready-file", environment["RUNTIME_DIRECTORY"] + "/ready"]


def confine():
    os.chroot(root)
    os.chdir("/")
    os.umask(int(setting("UMask"), 8))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


daemon = subprocess.Popen(words, env=environment, preexec_fn=confine, stdin=subprocess.DEVNULL)


def hear(what, seconds):
    """Waits until the manager has been told so."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and daemon.poll() is None:
        heard.settimeout(min(left, 0.2))
        try:
            if what in heard.recv(4096).decode().splitlines():
                return
        except TimeoutError:
            pass
    daemon.kill()
    sys.exit(f"no {what}; exit code {daemon.wait()}")


hear("READY=1", 20)
ready = root / environment["RUNTIME_DIRECTORY"].lstrip("/") / "ready"
assert ready.exists(), "no ready file"
sock = ready.with_name("roast.sock")
assert sock.stat().st_mode & 0o777 == 0o660 and sock.stat().st_gid == gid, "the group cannot reach the socket"
hear("WATCHDOG=1", 10)
daemon.send_signal(signal.SIGTERM)
started = time.monotonic()
code = daemon.wait(timeout=10)
seconds = time.monotonic() - started
assert code == 0 and seconds < 2, f"exit code {code} after {seconds:.1f} s"
for path in (notify, ready):
    path.unlink(missing_ok=True)
database = root / environment["STATE_DIRECTORY"].lstrip("/") / "roast.db"
assert database.exists(), "no database"
print(f"    {shlex.join(words)}: ready, watched, ended after {seconds:.2f} s")
