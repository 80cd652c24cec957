"""A client of `curfew serve`, with nothing but the standard library.

    CURFEW_URL=http://127.0.0.1:7447 CURFEW_KEY=... python3 curfew_client.py test/vectors/*.json

shows that the gateway decides as every other implementation does: it plays the portable test vectors.
"""
import json
import os
import sys
import urllib.request


class Curfew:
    def __init__(self, url, key):
        self.url, self.key = url.rstrip("/"), key

    def call(self, path, body):
        """The answer as JSON. A refusal is one; that nobody can tell (5xx), or a mistake of ours (4xx), is none."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.load(response)

    def start(self, subject, **login):
        return self.call("/v1/sessions", {"subject": subject, **login})

    def reauthenticate(self, handle, level):
        return self.call("/v1/sessions/reauthenticate", {"handle": handle, "assuranceLevel": level})

    def logout(self, handle):
        return self.call("/v1/sessions/logout", {"handle": handle})

    def may(self, subject, handle, action, resource):
        """AuthZEN: whether it may be done, and the context that says why not."""
        who = {"type": "user", "id": subject, "properties": {"handle": handle}}
        what = {"type": "route", "id": resource}
        body = {"subject": who, "action": {"name": action}, "resource": what}
        answer = self.call("/access/v1/evaluation", body)
        return answer["decision"], answer.get("context", {})

    def evaluate(self, policy, session, event):
        return self.call("/evaluate", {"policy": policy, "session": session, "event": event})["decision"]


def play(curfew, vector):
    """Plays one vector; the steps that were decided otherwise."""
    policy, session, wrong = vector["policy"], vector["session"], []
    for number, step in enumerate(vector["steps"]):
        policy = step.get("policy", policy)
        decision = curfew.evaluate(policy, session, step["event"])
        if decision != step["decision"]:
            wrong.append((vector["name"], number, step["decision"], decision))
        session = session if decision["session"] == "unchanged" else decision["session"]
    return wrong


if __name__ == "__main__":
    curfew = Curfew(os.environ["CURFEW_URL"], os.environ["CURFEW_KEY"])
    vectors = [vector for path in sys.argv[1:] for vector in json.load(open(path, encoding="utf-8"))]
    wrong = [one for vector in vectors for one in play(curfew, vector)]
    for name, step, expected, got in wrong:
        print(f"{name}, step {step}: expected {expected}, got {got}")
    steps = sum(len(vector["steps"]) for vector in vectors)
    print(f"{len(vectors)} vectors, {steps} steps, {len(wrong)} differ")
    sys.exit(1 if wrong or not vectors else 0)
