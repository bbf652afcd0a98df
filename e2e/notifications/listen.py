# Listens to notifications as OpenStack's own services do, and prints a line of JSON for each.
# usage: listen.py TRANSPORT_URL
import json
import sys

from oslo_config import cfg
import oslo_messaging


class Endpoint:
    filter_rule = oslo_messaging.NotificationFilter(event_type="^image.update$")

    def info(self, context, publisher_id, event_type, payload, metadata):
        told = dict(
            context=context, publisher_id=publisher_id, event_type=event_type, payload=payload, metadata=metadata
        )
        print(json.dumps(told), flush=True)


conf = cfg.ConfigOpts()
conf([])
transport = oslo_messaging.get_notification_transport(conf, url=sys.argv[1])
target = oslo_messaging.Target(exchange="glance", topic="notifications")
# A pool has a queue of its own, as of several services each has.
listener = oslo_messaging.get_notification_listener(
    transport, [target], [Endpoint()], executor="threading", pool="imagetags-listener"
)
listener.start()
print("listening", file=sys.stderr, flush=True)
listener.wait()
