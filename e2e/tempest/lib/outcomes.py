"""Reads what stestr writes of a run (subunit) from a file, and prints as JSON each test with its last status."""
import json
import sys

import subunit
import testtools

tests = {}


def note(test):
    details = test["details"]
    said = [text.as_text() for name, text in details.items() if name == "reason" or "traceback" in name]
    tests[test["id"]] = {"status": test["status"], "said": "\n".join(said)}


result = testtools.StreamToDict(note)
result.startTestRun()
with open(sys.argv[1], "rb") as stream:
    subunit.ByteStreamToStreamResult(stream, non_subunit_name="stdout").run(result)
result.stopTestRun()
json.dump(tests, sys.stdout)
