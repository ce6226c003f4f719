"""The page in a real browser against a real daemon, which is killed and comes back while a twin in its
own process roasts on.

page.py [--only WORDS]
"""
import os
import socket
import subprocess
import sys

from daemon import ROAST, ROOT, Daemon, TwinProcess, check, folder, wait_until

RUN = os.path.join(ROOT, "Tests/Page/run.py")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def roast_batches(place, count):
    """Past roasts for the page to lay over each other."""
    daemon = Daemon(place, "--speed", "1000")
    for number in range(1, count + 1):
        with daemon:
            wait_until(
                lambda: [roast for roast in daemon.client.get("/v1/roasts")["roasts"]
                         if roast["id"] == number and roast["status"] == "ended"],
                20, f"the end of roast {number}")
            daemon.stop()


def scripts(place, daemon):
    """How a stranger kills the daemon and starts it again."""
    pid = os.path.join(place, "pid")
    with open(pid, "w") as file:
        file.write(str(daemon.process.pid))
    words = " ".join(f"'{word}'" for word in daemon.command())
    up = os.path.join(place, "up.sh")
    with open(up, "w") as file:
        file.write(f"rm -f '{daemon.ready}'\n"
                   f"{words} </dev/null >>'{daemon.log}' 2>&1 &\n"
                   f"echo $! >'{pid}'\n"
                   f"until [ -e '{daemon.ready}' ]; do sleep 0.02; done\n")
    return pid, f"kill -9 $(cat '{pid}')", f"sh '{up}'"


def main():
    with folder() as place:
        roast_batches(place, 2)
        twin = TwinProcess(place, "unattended", 4)
        daemon = Daemon(place, "--cases", os.path.join(ROOT, "Specs/golden"),
                        device=f"twin@{twin.path}", listen=[f"127.0.0.1:{free_port()}"])
        try:
            daemon.start()
            pid, down, up = scripts(place, daemon)
            status, answer = daemon.client.ask("POST", "/v1/page-codes", {"role": "operator"})
            check(status == 201, f"a code for the page: {status} {answer}")
            url = answer["urls"][0].split("/?")[0]
            # A code dies with the daemon that gave it.
            viewer = (f"'{ROAST}' page --socket '{daemon.socket}' --role viewer --json"
                      " | sed 's/.*\"code\":\"\\([^\"]*\\)\".*/\\1/'")
            environment = dict(os.environ, **{
                name: value for name, value in daemon.environment.items()
                if name in ("ROAST_CONFIG", "XDG_CONFIG_HOME")})
            command = [sys.executable, RUN, "--url", url, "--code", answer["code"],
                       "--viewer-code-by", viewer, "--down", down, "--up", up,
                       "--roast-seconds", "130", *sys.argv[1:]]
            return subprocess.run(command, env=environment, timeout=300).returncode
        finally:
            subprocess.run(f"kill -9 $(cat '{pid}') 2>/dev/null", shell=True)
            daemon.end()
            twin.end()


if __name__ == "__main__":
    sys.exit(main())
