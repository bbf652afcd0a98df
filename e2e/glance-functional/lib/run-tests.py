"""Runs Glance's functional tests, or lists them.

usage: run-tests.py list MODULE...    prints the names of the modules' tests
       run-tests.py run               runs those named on the standard input, a line of JSON for each
The folder must have `glance/tests/etc`, which Debian's package lacks.
"""
import importlib
import json
import sys
import unittest

PREFIX = "glance.tests.functional."


def each(suite):
    for test in suite:
        yield from each(test) if isinstance(test, unittest.TestSuite) else [test]


def names(modules):
    for module in modules:
        for test in each(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(PREFIX + module))):
            yield test.id().removeprefix(PREFIX)


def outcome(name):
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromName(PREFIX + name).run(result)
    said = "\n".join(text for _, text in [*result.errors, *result.failures])
    skipped = "\n".join(why for _, why in result.skipped)
    status = "failed" if said else "skipped" if skipped else "passed"
    return {"name": name, "status": status, "said": said or skipped}


def main(what, *rest):
    if what == "list":
        print("\n".join(names(rest)))
        return
    importlib.import_module("adapter")
    for line in sys.stdin.read().split():
        print(json.dumps(outcome(line)), flush=True)


main(*sys.argv[1:])
