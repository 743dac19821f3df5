"""Parses OTLP's JSON with the official protobuf; see judge.

Ids are hexadecimal in OTLP's JSON, where protobuf's own mapping has base64 and would read hexadecimal as that without a word.
"""

import base64
import json
import re
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

LENGTHS = {"traceId": 16, "spanId": 8, "parentSpanId": 8}


def check(condition, message):
    if not condition:
        sys.exit(f"not as OTLP wants it: {message}")


def with_base64_ids(value):
    if isinstance(value, list):
        return [with_base64_ids(element) for element in value]
    if not isinstance(value, dict):
        return value
    changed = {}
    for name, member in value.items():
        check(re.fullmatch("[a-z][a-zA-Z0-9]*", name), f"the name {name}")
        if name in LENGTHS:
            check(re.fullmatch(f"[0-9a-f]{{{2 * LENGTHS[name]}}}", member), f"{name} {member}")
            member = base64.b64encode(bytes.fromhex(member)).decode()
        elif name in ("kind", "code", "flags"):
            check(isinstance(member, int), f"{name} {member!r} is no number")
        elif name.endswith("UnixNano") or name == "intValue":
            check(isinstance(member, str) and re.fullmatch("-?[0-9]+", member), f"{name} {member!r} is no text of an integer")
        else:
            member = with_base64_ids(member)
        changed[name] = member
    return changed


def main(file, count):
    spans = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            request = json_format.ParseDict(with_base64_ids(json.loads(line)), trace_service_pb2.ExportTraceServiceRequest())
            for resource_spans in request.resource_spans:
                names = [attribute.key for attribute in resource_spans.resource.attributes]
                check("service.name" in names and len(names) == len(set(names)), f"resource {names}")
                for scope_spans in resource_spans.scope_spans:
                    spans.extend(scope_spans.spans)
    check(len(spans) == count, f"{len(spans)} spans of {count}")
    for span in spans:
        check(len(span.trace_id) == 16 and any(span.trace_id), "a trace id")
        check(len(span.span_id) == 8 and any(span.span_id), "a span id")
        check(len(span.parent_span_id) in (0, 8), "a parent's id")
        check(0 < span.start_time_unix_nano <= span.end_time_unix_nano, "the times")
        check(1 <= span.kind <= 5 and span.name, "kind and name")
        names = [attribute.key for attribute in span.attributes]
        check(len(names) == len(set(names)), f"attributes {names}")
        for link in span.links:
            check(len(link.trace_id) == 16 and len(link.span_id) == 8, "a link")
    print(f"{len(spans)} spans are as OTLP wants them")


main(sys.argv[1], int(sys.argv[2]))
