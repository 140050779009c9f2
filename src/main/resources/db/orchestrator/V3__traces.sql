-- The trace in which an event was taken, as W3C Trace Context writes it; what the event leads to goes on with it, on whatever instance. Null while nothing is traced.
ALTER TABLE orchestrator_intake ADD COLUMN traceparent text;
