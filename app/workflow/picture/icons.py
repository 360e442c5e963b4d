"""The small signs of BPMN as paths: task kinds in a 16 pixel square, events around a centre of 0, 0."""

from __future__ import annotations

# Drawn as outlines (class dg-icon); a name in FILLED is painted instead.
TASK_ICONS: dict[str, str] = {
    "userTask": "M8 8a3 3 0 1 0 0-6a3 3 0 0 0 0 6M2.5 14v-1a4 4 0 0 1 4-4h3a4 4 0 0 1 4 4v1",
    "manualTask": "M3 9V5.5a1 1 0 0 1 2 0V3.5a1 1 0 0 1 2 0V3a1 1 0 0 1 2 0v1a1 1 0 0 1 2 0v5.5"
    "a4.5 4.5 0 0 1-8.2 2.6L1.5 9.5a1 1 0 0 1 1.5-1.2z",
    "serviceTask": "M8 10.4a2.4 2.4 0 1 0 0-4.8a2.4 2.4 0 0 0 0 4.8M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2"
    "M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4",
    "businessRuleTask": "M2 3h12v10H2zM2 6h12M2 9.5h12M6 6v7",
    "receiveTask": "M2 4h12v8.5H2zM2 4l6 4.5L14 4",
    "sendTask": "M2 4h12v8.5H2zM2 4l6 4.5L14 4",
    "scriptTask": "M4 2h9c-2 2-2 4 0 6s2 4 0 6H4c2-2 2-4 0-6s-2-4 0-6M6 5h4M6.5 8h4M6 11h4",
}

EVENT_ICONS: dict[str, str] = {
    "timer": "M0-9a9 9 0 1 0 .01 0M0-5.5V0l3.5 2.5M0-9v2M0 9V7M-9 0h2M9 0H7",
    "message": "M-8-5.5H8v11H-8zM-8-5.5L0 1L8-5.5",
    "error": "M-7 7L-2.5-5L1.5 2.5L7-7L2.5 5L-1.5-2.5z",
    "escalation": "M0-8L6 7L0 1L-6 7z",
    "signal": "M0-8L8 6H-8z",
    "conditional": "M-6-8H6V8H-6zM-3.5-4.5h7M-3.5 0h7M-3.5 4.5h7",
    "link": "M-8-3H1V-7L8 0L1 7V3H-8z",
    "compensate": "M0-6V6L-8 0zM8-6V6L0 0z",
    "cancel": "M-7-5L-5-7L0-2L5-7L7-5L2 0L7 5L5 7L0 2L-5 7L-7 5L-2 0z",
    "multiple": "M0-8L8-2L5 7H-5L-8-2z",
}

GATEWAY_ICONS: dict[str, str] = {
    "exclusiveGateway": "M-7-7L7 7M7-7L-7 7",
    "parallelGateway": "M0-10V10M-10 0H10",
    "inclusiveGateway": "M0-9a9 9 0 1 0 .01 0",
    "complexGateway": "M0-10V10M-10 0H10M-7-7L7 7M7-7L-7 7",
    "eventBasedGateway": "M0-13a13 13 0 1 0 .01 0M0-10a10 10 0 1 0 .01 0M0-6L6-1.5L3.5 5H-3.5L-6-1.5z",
}

CHECK = "M-4 0L-1 3L4.5-3"
PIN = "M0-3.2a3.2 3.2 0 1 0 .01 0z"
PLUS = "M-6-6H6V6H-6zM0-3.5V3.5M-3.5 0H3.5"
PARALLEL_BARS = "M-4-5V5M0-5V5M4-5V5"
SEQUENTIAL_BARS = "M-5-4H5M-5 0H5M-5 4H5"
LOOP = "M-3 5a6 6 0 1 1 6 0M-3 5V1M-3 5H-7"
