"""Runs exported Python jobs one after the other in one process: python run_jobs.py LIST

LIST names a folder a line. What a job prints goes to printed.jsonl in its folder; where it fails, the
reason goes to error.txt, and where it takes too long, how far it came to stopped.txt. Spark jobs share
a session: what a job sets there is taken back behind it.
"""

import contextlib
import io
import runpy
import signal
import sys
import traceback
from pathlib import Path

# A job of hundreds of micro-batches takes minutes.
SECONDS_A_JOB = 1200


class TooLong(Exception):
    """A job had its time."""


def stop(*_):
    raise TooLong


def how_far(folder, printed):
    """How much of a job was done: of one with a file a micro-batch, up to which batch it wrote results."""
    files = sum(1 for _ in (folder / "data").rglob("*.jsonl")) if (folder / "data").is_dir() else 0
    of = f", up to {files} micro-batches with data" if files else ""
    lines = printed.count("\n")
    return f"stopped after {SECONDS_A_JOB} s, {lines} lines printed{of}"


def spark_session():
    """The session that jobs share. A job that was stopped leaves no active one, and this one all the same."""
    module = sys.modules.get("pyspark.sql")
    return module and getattr(module.SparkSession, "_instantiatedSession", None)


def clean_up(settings_before):
    session = spark_session()
    if session is None:
        return
    for query in session.streams.active:
        query.stop()
    for key in set(session.conf.getAll) - set(settings_before or {}):
        if key.startswith("spark.sql.streaming."):
            session.conf.unset(key)


def run(folder):
    printed = io.StringIO()
    session = spark_session()
    settings = dict(session.conf.getAll) if session else None
    signal.alarm(SECONDS_A_JOB)
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(folder / "job.py"), run_name="__main__")
    except TooLong:
        (folder / "stopped.txt").write_text(how_far(folder, printed.getvalue()))
    except BaseException:  # a job may fail in any way; the next one runs all the same
        (folder / "error.txt").write_text(traceback.format_exc()[-2000:])
    finally:
        signal.alarm(0)
        (folder / "printed.jsonl").write_text(printed.getvalue())
        clean_up(settings)


def main():
    signal.signal(signal.SIGALRM, stop)
    for folder in Path(sys.argv[1]).read_text().split("\n"):
        run(Path(folder))


if __name__ == "__main__":
    main()
