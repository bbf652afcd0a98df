"""Which proxy Python's requests takes: reads cases as JSON, prints one JSON line for each."""
import json
import os
import sys

from requests.utils import get_environ_proxies, select_proxy

for case in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(case["env"])
    proxy = select_proxy(case["url"], get_environ_proxies(case["url"]))
    print(json.dumps(proxy))
