"""What helps requests to get further than to the first refusal, where the document can't say it."""

import json
import os
import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

import requests
import schemathesis
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis.generation.meta import TestPhase

FORKED_FROM = "stream-forked-from"
SUBSCRIPTION = "/v1/stream/__ds/subscriptions/{id}"
TOKEN = os.environ.get("TOKEN")

# Counts the streams. Until it has done so once, the server knows of no usage.
requests.get(os.environ["CRON_TRIGGER"], timeout=60).raise_for_status()


@schemathesis.hook
def map_case(context, case):
    """Leaves out headers that must not stand beside others, or not without them, and names a source that can be forked."""
    if is_well_formed(case):
        if case.method == "PUT" and case.operation.path == SUBSCRIPTION:
            name_what_exists(case.body)
        elif case.method == "PUT":
            # No stream that is to be created has a tag.
            case.headers.pop("if-match", None)
            if FORKED_FROM in case.headers:
                case.headers[FORKED_FROM] = f"/v1/stream/{quote(case.media_type or 'any', safe='')}"
        for group in case.operation.definition.raw.get("x-groups", []):
            present = [name for name in group["members"] if name in case.headers]
            for name in superfluous(group["rule"], group["members"], present):
                del case.headers[name]
    return case


def superfluous(rule, members, present):
    """Those of `present` that break a group's rule."""
    match rule:
        case "all-or-none":
            return [] if present == members else present
        case "at-most-one":
            return present[1:]
        case "only-with-first":
            return [] if members[0] in present else present


@schemathesis.hook
def before_call(context, case, kwargs):
    """Creates what a well-formed request is about, with the type that it sends, unless it is a step of several."""
    if not is_well_formed(case) or case.meta.phase.name is TestPhase.STATEFUL:
        return
    base = case.operation.base_url
    headers = {"content-type": case.media_type} if case.media_type else {}
    if TOKEN:
        headers["authorization"] = f"Bearer {TOKEN}"
    if case.method in ("DELETE", "GET", "HEAD", "POST"):
        requests.put(base + stream_of(case), headers=headers, timeout=10)
    if FORKED_FROM in case.headers:
        requests.put(base + case.headers[FORKED_FROM], headers=headers, timeout=10)
    if case.operation.path.startswith(SUBSCRIPTION):
        prepare_subscription(base, case, headers, kwargs)


def name_what_exists(body):
    """Lets a new subscription wake somebody who can be woken."""
    if isinstance(body, dict):
        if isinstance(body.get("webhook"), dict):
            body["webhook"]["url"] = Receiver.url
        if "wake_stream" in body:
            body["wake_stream"] = "pool"


def prepare_subscription(base, case, headers, kwargs):
    """Creates the subscription with a wake that the request is about, or deletes it if the request creates it."""

    def send(method, path, body):
        return requests.request(method, base + path, headers=headers, json=body, timeout=10)

    action = case.operation.path.removeprefix(SUBSCRIPTION)
    subscription = case.formatted_path.removesuffix(action)
    pull = {"type": "pull-wake", "wake_stream": "pool"}
    webhook = {"type": "webhook", "webhook": {"url": Receiver.url}}
    if action not in ("", "/claim", "/ack", "/release", "/callback") or (action == "" and case.method != "PUT"):
        return
    send("PUT", "/v1/stream/pool", [])
    send("DELETE", subscription, {})
    if action == "":
        return
    send("PUT", "/v1/stream/work", [])
    Receiver.requests = queue.Queue()
    created = send("PUT", subscription, {**(webhook if action == "/callback" else pull), "streams": ["work"]})
    send("POST", "/v1/stream/work", [1])
    # Not every id is valid.
    if action == "/claim" or not created.ok:
        return
    if action == "/callback":
        wake = Receiver.requests.get(timeout=10)
        token = wake["callback_token"]
    else:
        wake = send("POST", subscription + "/claim", {"worker": "any"}).json()
        token = wake["token"]
    kwargs["auth"] = Holder(token)
    if isinstance(case.body, dict):
        case.body.update(wake_id=wake["wake_id"], generation=wake["generation"])
        case.body.pop("acks", None)


class Holder(AuthBase):
    """Sends the token of a wake in place of other credentials."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["authorization"] = f"Bearer {self.token}"
        return request


class Receiver(BaseHTTPRequestHandler):
    """Receives the requests to webhooks."""

    requests = queue.Queue()

    def do_POST(self):
        Receiver.requests.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_):
        pass


receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
Receiver.url = f"http://127.0.0.1:{receiver.server_port}/"
Thread(target=receiver.serve_forever, daemon=True).start()


def stream_of(case):
    """The path of the stream that a request is about: other resources end with the same name."""
    template = case.operation.path
    return "/v1/stream/" + case.formatted_path[template.index("{") :] if "{" in template else case.formatted_path


def is_well_formed(case):
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
