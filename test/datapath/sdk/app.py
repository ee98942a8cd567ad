"""An application with OpenTelemetry's SDK for Python. It configures nothing: all it knows comes from its environment."""

from opentelemetry import _logs, metrics, trace
from opentelemetry.instrumentation.auto_instrumentation import initialize

initialize()

with trace.get_tracer("shop").start_as_current_span("order"):
    pass
meter = metrics.get_meter("shop")
counter = meter.create_counter("shop.orders", unit="1")
meter.create_histogram("shop.duration", unit="ms").record(12)
# Two collections: a cumulative counter would say 2 and 5, a delta says 2 and 3.
counter.add(2)
metrics.get_meter_provider().force_flush()
counter.add(3)
_logs.get_logger("shop").emit(body="an order was placed", severity_number=_logs.SeverityNumber.INFO, severity_text="INFO")

trace.get_tracer_provider().shutdown()
metrics.get_meter_provider().shutdown()
_logs.get_logger_provider().shutdown()
