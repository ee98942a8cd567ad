"""Sends one record with fluent-logger. Arguments: host, port, tag, seconds since the epoch, record as JSON."""

import json
import sys

from fluent import sender

host, port, tag, seconds, record = sys.argv[1:]
logger = sender.FluentSender(tag, host=host, port=int(port), timeout=10)
if not logger.emit_with_time("north", int(seconds), json.loads(record)):
    sys.exit(f"not sent: {logger.last_error}")
logger.close()
