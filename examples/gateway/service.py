"""A service that knows nothing of sessions: the proxy in front of it does. Python's own http.server, one file.

It checks passwords, and tells the gateway whom it let in. What it believes of a request is what the proxy wrote.
"""
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.append(os.environ.get("CURFEW_CLIENT", os.path.dirname(__file__)))
from curfew_client import Curfew  # noqa: E402

curfew = Curfew(os.environ.get("CURFEW_URL", "http://127.0.0.1:7447"), os.environ["CURFEW_KEY"])
PEOPLE = {"alice": ("wonderland", "314159"), "bob": ("builder", "271828")}


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # one write a response: two small ones would wait for each other
    wbufsize = -1

    def do_GET(self):
        # Curfew's headers are the proxy's word, and only because the proxy sets them whatever a client sends
        self.reply(200, {"path": self.path, "subject": self.headers.get("X-Curfew-Subject"), "headers": dict(self.headers)})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        if self.path == "/login":
            return self.login(body)
        if self.path == "/login/code":
            return self.prove(body)
        return self.do_GET()

    def login(self, body):
        name, password = body.get("name"), body.get("password")
        if name not in PEOPLE or PEOPLE[name][0] != password:
            return self.reply(403, {"error": "wrong name or password"})
        started = curfew.start(name, context={"ip": self.headers.get("X-Forwarded-For", "127.0.0.1")})
        self.reply(200, {"welcome": name}, started["setCookie"])

    def prove(self, body):
        """A second factor: the session goes on with a new handle."""
        name, handle = body.get("name"), self.cookie()
        if handle is None or name not in PEOPLE or PEOPLE[name][1] != body.get("code"):
            return self.reply(403, {"error": "wrong code"})
        # whose session it is, the gateway knows: a cookie of somebody else's is not to be proved by my code
        status = curfew.call("/v1/sessions/status", {"handle": handle})
        if (status["session"] or {}).get("subject") != name:
            return self.reply(403, {"error": "that is not your session"})
        answer = curfew.reauthenticate(handle, "aal2")
        self.reply(200 if answer["effect"] == "permit" else 403, {"effect": answer["effect"]}, answer["setCookie"])

    def cookie(self):
        name = os.environ.get("CURFEW_COOKIE", "__Host-session")
        pairs = (pair.strip().partition("=") for pair in (self.headers.get("Cookie") or "").split(";"))
        return next((value for key, _, value in pairs if key == name and value), None)

    def reply(self, status, body, cookie=None):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Cache-Control", "no-store")
        if cookie is not None:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("", int(os.environ.get("PORT", "8000"))), Service)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()
