"""The HTTP of the stand-in daemon: files, sessions, routes, the stream."""

import http.cookies
import http.server
import json
import pathlib
import re
import secrets
import socket
import time
import urllib.parse

import scripted_roast as script
from scripted_roast import text_of

PAGE = pathlib.Path(__file__).resolve().parents[2] / "Sources/Daemon/Page"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
         ".webmanifest": "application/manifest+json"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY", "Cache-Control": "no-store",
}


class Refused(Exception):
    """An answer that is no success: status, code, message, hint."""

    def __init__(self, status, code, message, hint=""):
        super().__init__(code)
        self.status = status
        self.body = {"code": code, "message": message, "hint": hint}


def handler_of(daemon):
    """The class that answers one connection."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def handle_one_request(self):
            try:
                super().handle_one_request()
            except (ConnectionError, socket.timeout):
                self.close_connection = True

        def answer_late(self, body):
            """The truth of now, told a while later: others are answered meanwhile."""
            data, wait, daemon.slow_answer = json.dumps(body).encode(), daemon.slow_answer, None
            self.late = (wait, data)

        def answer(self, status, body, kind="application/json", extra=()):
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in [*HEADERS.items(), ("Content-Type", kind),
                                ("Content-Length", str(len(data))), *extra]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def respond(self):
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length) if length else b""
            url = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(url.query))
            try:
                if url.path == "/v1/stream":
                    self.who()
                    self.stream()
                    return
                if self.command == "GET" and not url.path.startswith("/v1/"):
                    self.file(url.path)
                    return
                body = json.loads(raw) if raw else {}
                self.late = None
                with daemon.lock:
                    self.route(url.path, query, body)
                if self.late:
                    time.sleep(self.late[0])
                    self.answer(200, self.late[1])
            except Refused as refused:
                self.answer(refused.status, refused.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond

        def who(self):
            cookie = http.cookies.SimpleCookie(self.headers.get("Cookie", ""))
            session = daemon.sessions.get(cookie["roast_session"].value) if "roast_session" in cookie else None
            if not session:
                raise Refused(401, "unauthenticated", "Nobody is logged in.", "Run ‘roast page’.")
            if self.command != "GET":
                if self.headers.get("X-Roast-CSRF") != session["csrf"]:
                    raise Refused(403, "csrf", "The request does not carry the session’s own value.")
                if session["role"] == "viewer":
                    raise Refused(403, "forbidden", "A viewer may look and change nothing.")
            return session

        def file(self, path):
            name = "index.html" if path == "/" else path.removeprefix("/page/")
            file = PAGE / name
            if not re.fullmatch(r"[a-z_-]+\.[a-z]+", name) or not file.is_file():
                raise Refused(404, "not_found", "There is no such file.")
            self.answer(200, file.read_bytes(), TYPES[file.suffix])

        def route(self, path, query, body):
            if (self.command, path) == ("POST", "/v1/session"):
                role = daemon.codes.pop(body.get("code"), None)
                if not role:
                    raise Refused(401, "bad_code", "This code is not good any more.",
                                  "Run ‘roast page’ for another one.")
                token = secrets.token_hex(16)
                daemon.sessions[token] = {"role": role, "name": "page", "csrf": secrets.token_hex(8)}
                cookie = f"roast_session={token}; HttpOnly; SameSite=Strict; Path=/"
                self.answer(200, daemon.sessions[token], extra=[("Set-Cookie", cookie)])
                return
            session = self.who()
            caller = {"role": session["role"], "name": session["name"]}
            judged = re.fullmatch(r"/v1/roasts/(\d+)/verdict", path)
            one = re.fullmatch(r"/v1/roasts/([a-z0-9]+)(/events)?(?:/([a-z_]+))?", path)
            if self.govern(path, query, body, caller):
                return
            match (self.command, path):
                case ("GET", "/v1/session"): self.answer(200, session)
                case ("GET", "/v1/status"): self.answer(200, daemon.status(caller))
                case ("GET", "/v1/telemetry"): self.answer(200, daemon.telemetry(query))
                case ("GET", "/v1/outlook"): self.answer(200, {"outlook": daemon.outlook()})
                case ("GET", "/v1/pilot"): self.answer(200, {"pilot": daemon.pilot})
                case (("PUT" | "DELETE"), "/v1/pilot"): self.answer(200, daemon.steer(self.command, body))
                case ("GET", "/v1/roasts"): self.answer(200, daemon.briefs(query))
                case ("GET", "/v1/cases"): self.answer(200, {"cases": daemon.cases()})
                case ("GET", _) if judged: self.answer(200, daemon.verdict(int(judged[1]), query["case"]))
                case ("GET", "/v1/batch"): self.answer(200, daemon.batch)
                case ("PUT", "/v1/batch"):
                    daemon.batch = body
                    daemon.publish("batch", body)
                    self.answer(200, body)
                case ("POST", "/v1/link/release") | ("POST", "/v1/link/attach"):
                    daemon.set_link("released" if path.endswith("release") else "up")
                    self.answer(200, daemon.link())
                case ("GET", _) if one and not one[2]: self.answer(200, daemon.roast(one[1]))
                case ("PATCH", _) if one and not one[2]: self.answer(200, daemon.edit(one[1], body))
                case ("POST", _) if one and one[2]: self.answer(*daemon.mark(one[1], body))
                case ("DELETE", _) if one and one[3]: self.answer(*daemon.unmark(one[3]))
                case _: raise Refused(404, "not_found", "There is nothing here.")

        def govern(self, path, query, body, caller):
            """What has to do with commands; whether it had."""
            desk = daemon.desk
            person = {"kind": "person", "name": caller["name"]}
            one = re.fullmatch(r"/v1/(proposals|alarms)/(\d+)/([a-z]+)", path)
            match (self.command, path):
                case ("GET", "/v1/proposals"): self.answer(200, desk.listed(query))
                case ("POST", "/v1/proposals"): self.answer(201, desk.propose(person, body))
                case ("POST", _) if one and one[1] == "proposals":
                    self.answer(200, desk.decide(int(one[2]), one[3], caller, body))
                case ("POST", "/v1/abort"): self.answer(200, desk.stop(caller, body))
                case ("POST", "/v1/reset"): self.answer(200, desk.reset(body))
                case ("GET", "/v1/autonomy"): self.answer(200, desk.standing())
                case ("PUT", "/v1/autonomy"): self.answer(200, desk.set_level(caller, body))
                case ("POST", "/v1/presence"): self.answer(200, desk.present(caller))
                case ("GET", "/v1/alarms"):
                    answer = {"alarms": list(desk.alarms.values())}
                    if daemon.slow_answer is None:
                        self.answer(200, answer)
                    else:
                        self.answer_late(answer)
                case ("POST", _) if one and one[3] == "acknowledge":
                    self.answer(200, desk.acknowledge(int(one[2]), caller))
                case _: return False
            return True

        def stream(self):
            self.close_connection = True
            self.send_response(200)
            for name, value in [*HEADERS.items(), ("Content-Type", "text/event-stream"),
                                ("Connection", "close")]:
                self.send_header(name, value)
            self.end_headers()
            with daemon.lock:
                run, position = daemon.run, len(daemon.ring)
                last = re.fullmatch(r"(\w+)-(\d+)", self.headers.get("Last-Event-ID", ""))
                greeting = {"run": run, "now": text_of(daemon.at(daemon.second())),
                            "speed": daemon.speed, "simulated": True}
            self.write(f"event: hello\ndata: {json.dumps(greeting)}\n\n")
            if last and last[1] == run:
                position = int(last[2])
                daemon.resumed += 1
            elif last:
                self.write("event: reset\ndata: {}\n\n")
            while True:
                with daemon.lock:
                    if daemon.run == run and len(daemon.ring) <= position:
                        daemon.news.wait(1)
                    if daemon.run != run:
                        return
                    messages = daemon.ring[position:]
                position += len(messages)
                text = "".join(f"id: {run}-{number}\nevent: {kind}\ndata: {data}\n\n"
                               for number, kind, data in messages)
                self.write(text or ": alive\n\n")

        def write(self, text):
            self.wfile.write(text.encode())
            self.wfile.flush()

    return Handler
