"""The judges of Docs/judge, asked by roast: the one for a hosted model against a real server on a real socket.

judge.py [--only WORDS]
"""
import contextlib
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time

from daemon import ROAST, ROOT, check, main, proof

HOSTED = os.path.join(ROOT, "Docs/judge/hosted-model.py")
NAMES = ["plan_clarity", "physics_plausibility", "constraint_respect", "safety"]
SCORES = {name: {"score": 70 + index, "reason": f"because of {name}"} for index, name in enumerate(NAMES)}
KEY = "key-of-the-model"


def babbler():
    """The port of a server that speaks, but not HTTP; once."""
    place = socket.create_server(("127.0.0.1", 0))

    def speak():
        with place, place.accept()[0] as client:
            client.recv(65536)
            client.sendall(b"roast, roast, roast\r\n\r\n")

    threading.Thread(target=speak, daemon=True).start()
    return place.getsockname()[1]


def completion(text):
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


class Server(http.server.ThreadingHTTPServer):
    """A hosted model: answers each request with `status` and what `body` says, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, status=200, body=completion(json.dumps({"scores": SCORES})), headers=(), seconds=0):
        self.status, self.body, self.headers, self.seconds = status, body, headers, seconds
        self.asked = []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1/chat/completions"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((dict(self.headers), json.loads(body)))
        time.sleep(self.server.seconds)
        with contextlib.suppress(OSError):
            self.send_response(self.server.status)
            for name, value in self.server.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(self.server.body)))
            self.end_headers()
            self.wfile.write(self.server.body)

    do_GET = do_POST

    def log_message(self, *_):
        pass


def evaluate(address, *words, case="refuse-ten-kilograms", judge=f"'{sys.executable}' '{HOSTED}'", key=KEY):
    """The case in the result, once a judge was asked; the exit code is the case's, whatever it said."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("ROAST_") and not name.lower().endswith("_proxy")}
    environment.update(ROAST_JUDGE_MODEL="model-7", ROAST_JUDGE_URL=address, ROAST_JUDGE_KEY=key)
    run = subprocess.run(
        [ROAST, "evaluate", "--json", "--pilot", "schedule", "--trials", "1", "--cases",
         os.path.join(ROOT, "Specs/golden", case + ".json"), "--judge", judge, *words],
        env=environment, capture_output=True, text=True, timeout=60)
    check(KEY not in run.stdout + run.stderr, "the key is told")
    found = json.loads(run.stdout)["cases"][0]
    check(run.returncode == (0 if found["passed"] else 1), f"it ended with {run.returncode}")
    return found


def opinion(*arguments, **choices):
    found = evaluate(*arguments, **choices)["opinion"]
    return found["status"], found["problem"] or found["scores"]


@proof("a hosted model is asked once a case, and its scores are shown")
def _():
    with Server() as server:
        check(opinion(server.address, case="light-400") == ("scored", SCORES), "the scores are not the model's")
        check(len(server.asked) == 1, f"it was asked {len(server.asked)} times")
        headers, asked = server.asked[0]
        check(headers["Authorization"] == "Bearer " + KEY, "the key is not in its header")
        check(headers["Content-Type"] == "application/json", "the content is not said to be JSON")
        check(asked["model"] == "model-7", f"the model is {asked['model']}")
        check([one["role"] for one in asked["messages"]] == ["system", "user"], "the roles are others")
        question = json.loads(asked["messages"][1]["content"])
        check(question["case"]["name"] == "light-400", "the case is another")
        check(len(question["roast"]["curve"]["bean_celsius"]) > 40, "there is no curve")
        return f"{len(asked['messages'][1]['content'])} characters were sent"


@proof("without a key none is sent")
def _():
    with Server() as server:
        check(opinion(server.address, key="")[0] == "scored", "there are no scores")
        check("Authorization" not in server.asked[0][0], "an empty key was sent")


@proof("a model that does not answer as asked is wrong, and says how")
def _():
    def scores(**changes):
        return completion(json.dumps({"scores": {**SCORES, **changes}}))

    for body, words in [
        (completion("I would give it an 80."), "did not answer as asked: 'I would give it an 80.'"),
        (completion("```json\n" + json.dumps({"scores": SCORES}) + "\n```"), "did not answer as asked"),
        (completion(json.dumps({"scores": {"safety": SCORES["safety"]}})), "did not answer as asked"),
        (completion(None), "wrote no text"),
        (scores(safety={"score": 140, "reason": "x"}), "safety is 140, not 0 to 100"),
        (scores(safety={"score": "high", "reason": "x"}), "safety is 'high', not 0 to 100"),
        (scores(safety={"score": True, "reason": "x"}), "safety is True, not 0 to 100"),
        (scores(safety={"score": 70, "reason": " "}), "no reason for safety"),
        (b"<html>busy</html>", "no chat completion"), (b"", "no chat completion"),
        (b'{"choices": []}', "no chat completion"), (b"[" * 100_000, "no chat completion"),
    ]:
        with Server(body=body) as server:
            status, why = opinion(server.address)
        check(status == "wrong" and why.startswith("it ended with 1: ") and words in why, f"{status}: {why}")


@proof("a server that fails, is gone or takes too long is told apart from a model's answer")
def _():
    for status, words in [(401, "answered 401"), (429, "answered 429"), (500, "answered 500")]:
        with Server(status=status, body=b"no") as server:
            said = opinion(server.address)
        check(said[0] == "wrong" and words in said[1], f"{said}")
    for address in ["http://127.0.0.1:1/v1/chat/completions", f"http://127.0.0.1:{babbler()}/", "http://localhost:x/"]:
        said = opinion(address)
        check(said[0] == "wrong" and "cannot be asked" in said[1], f"{address}: {said}")
    with Server(seconds=20) as server:
        began = time.monotonic()
        said = opinion(server.address, "--judge-timeout", "2")
        check(said == ("slow", "it took longer than 2 s"), f"{said}")
        check(time.monotonic() - began < 10, "it was waited for")


@proof("the key goes to nobody else: not by a redirect, and not in clear")
def _():
    with Server() as other, Server(status=307, headers=[("Location", other.address)], body=b"") as server:
        said = opinion(server.address)
        check(said[0] == "wrong" and "answered 307" in said[1], f"{said}")
        check(len(server.asked) == 1 and not other.asked, "the redirect was followed")
    for address in ["http://192.0.2.1/v1/chat/completions", "ftp://127.0.0.1/", "file:///etc/passwd", "x"]:
        said = opinion(address)
        check(said[0] == "wrong" and "must begin with https://" in said[1], f"{address}: {said}")
    said = opinion("")
    check(said[0] == "wrong" and "ROAST_JUDGE_URL is not set" in said[1], f"{said}")


@proof("the judge without a model scores a roast, a failed one and a refusal")
def _():
    for case in ["light-250", "failure-raw", "refuse-ten-kilograms"]:
        status, said = opinion("", case=case, judge=f"cd '{ROOT}' && python3 Docs/judge/rules.py")
        check(status == "scored" and list(said) == NAMES, f"{case}: {said}")


if __name__ == "__main__":
    main(at_once=2)
