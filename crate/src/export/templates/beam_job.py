"""{{summary}}

Beam 2.77, Python SDK. steps.jsonl says what happens, in order: events arrive, the watermark and the
clock move. Prints each pane as a line of JSON, times in ms since 1970, UTC.
"""

import json
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.test_stream import TestStream
from apache_beam.transforms import {{trigger_import}}window
from apache_beam.utils.timestamp import Duration, Timestamp
from apache_beam.utils.windowed_value import PaneInfoTiming

{{notes}}

STEPS = Path(__file__).parent / "steps.jsonl"


def pipeline(events):
    return (
        events
        | "Window" >> beam.WindowInto(
            {{window}}
        )
        | "Key" >> beam.Map(lambda event: (event["key"], event["{{field}}"]))
        {{combine}}
        | "To JSON" >> beam.ParDo(ToJson())
    )


class ToJson(beam.DoFn):
    """A result with its key, window and pane as a line of JSON."""

    def process(self, result, window=beam.DoFn.WindowParam, pane=beam.DoFn.PaneInfoParam):
        key, value = result
        row = {"key": key}
        {{bounds}}
        row["value"] = value
        row["pane"] = PaneInfoTiming.to_string(pane.timing).lower()
        row["pane_index"] = pane.index
        yield json.dumps(row)


def at(ms):
    return Timestamp(micros=ms * 1000)


def test_stream():
    """The scenario's input. In production: beam.io.ReadFromPubSub or ReadFromKafka."""
    stream = TestStream()
    for line in STEPS.read_text(encoding="utf-8").splitlines():
        step = json.loads(line)
        {{tag}}
        if "advance_clock" in step:
            stream.advance_processing_time(Duration(micros=step["advance_clock"] * 1000))
        elif "end" in step:
            stream.advance_watermark_to_infinity({{only_tag}})
        elif "watermark" in step:
            stream.advance_watermark_to(at(step["watermark"]){{also_tag}})
        else:
            stream.add_elements([window.TimestampedValue(step, at(step["ts"]))]{{also_tag}})
    return stream


def main():
    # Beam warns of triggers that may finish and lose data; here that is something to see.
    options = PipelineOptions(streaming=True, allow_unsafe_triggers=True)
    p = beam.Pipeline("DirectRunner", options=options)
    {{read}}
    pipeline(events) | "Print" >> beam.Map(lambda line: print(line, flush=True))
    {{run}}


if __name__ == "__main__":
    main()
