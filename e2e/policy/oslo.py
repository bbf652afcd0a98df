"""Decides cases with oslo.policy: reads one per line in JSON and writes what it says, one per line.

`true` and `false` are decisions; "refused" says that oslo.policy did not understand the rule, "raised" that
asking it failed.
"""

import json
import logging
import sys

from oslo_policy import _parser
from oslo_policy import policy


class Complaints(logging.Handler):
    """Counts what oslo.policy says it does not understand."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def emit(self, record):
        self.count += 1


class Enforcer:
    def __init__(self, rules):
        self.rules = rules


def decide(case, complaints):
    before = complaints.count
    rules = policy.Rules.from_dict(case["rules"])
    check = _parser.parse_rule(case["rule"])
    if complaints.count > before or isinstance(check, str):
        return "refused"
    try:
        return bool(check(case["target"], case["creds"], Enforcer(rules)))
    except Exception:
        return "raised"


def main():
    complaints = Complaints()
    logger = logging.getLogger("oslo_policy")
    logger.addHandler(complaints)
    logger.propagate = False
    for line in sys.stdin:
        print(json.dumps(decide(json.loads(line), complaints)))


main()
