"""What helps requests to get further than to the first refusal, where the document can't say it."""

import os
from urllib.parse import quote

import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.generation.meta import TestPhase

FORKED_FROM = "stream-forked-from"
TOKEN = os.environ.get("TOKEN")

# Counts the streams. Until it has done so once, the server knows of no usage.
requests.get(os.environ["CRON_TRIGGER"], timeout=60).raise_for_status()


@schemathesis.hook
def map_case(context, case):
    """Leaves out headers that must not stand beside others, or not without them, and names a source that can be forked."""
    if is_well_formed(case):
        if case.method == "PUT":
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
    if case.operation.path.endswith("/claim"):
        create_wake(base, case.formatted_path.removesuffix("/claim"), headers)


def create_wake(base, subscription, headers):
    """Creates a subscription with a wake to claim."""

    def send(method, path, body):
        requests.request(method, base + path, headers=headers, json=body, timeout=10)

    send("PUT", "/v1/stream/pool", [])
    send("PUT", "/v1/stream/work", [])
    send("DELETE", subscription, {})
    send("PUT", subscription, {"type": "pull-wake", "streams": ["work"], "wake_stream": "pool"})
    send("POST", "/v1/stream/work", [1])


def stream_of(case):
    """The path of the stream that a request is about: other resources end with the same name."""
    template = case.operation.path
    return "/v1/stream/" + case.formatted_path[template.index("{") :] if "{" in template else case.formatted_path


def is_well_formed(case):
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
