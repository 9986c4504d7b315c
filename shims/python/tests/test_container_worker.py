from __future__ import annotations

import pathlib
import time

from process import PREFIX, running

ENTRY = f"""
    from inferra_runtime.container import run_worker
    if __name__ == "__main__":
        run_worker(["other", "worker"], {PREFIX!r})
"""
OTHER = "print('other', __name__)"

LOOP = """
    import time
    print("worker", __name__)
    try:
        while True:
            time.sleep(60)
    finally:
        print("tidied up")
        TIDY
"""


def test_a_program_runs_as_main_beside_the_probes(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, other=OTHER, worker=LOOP.replace("TIDY", "")) as process:
        process.wait_until_ready()
        process.wait_until(lambda: "worker __main__" in process.output)
        assert "other other" in process.output
        assert (process.probe("/live"), process.probe("/nothing")) == (200, 404)


def test_a_program_without_a_handler_is_ended(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, other=OTHER, worker=LOOP.replace("TIDY", "")) as process:
        process.wait_until(lambda: "worker __main__" in process.output)
        process.signal()
        assert process.end() == 0, process.output
        assert "tidied up" in process.output


def test_a_program_that_does_not_end_in_time_is_a_failure(tmp_path: pathlib.Path) -> None:
    text = LOOP.replace("TIDY", "time.sleep(60)")
    with running(tmp_path, ENTRY, grace_s=1, other=OTHER, worker=text) as process:
        process.wait_until(lambda: "worker __main__" in process.output)
        process.signal()
        process.wait_until(lambda: process.probe("/ready") == 503)
        assert process.probe("/live") == 200
        process.signal()
        began = time.monotonic()
        assert process.end() == 1, process.output
        assert time.monotonic() - began < 6
        assert "did not end within 1 seconds" in process.output


def test_a_programs_own_handler_is_left_alone(tmp_path: pathlib.Path) -> None:
    worker = """
        import signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        print("worker", __name__)
        time.sleep(60)
    """
    with running(tmp_path, ENTRY, other=OTHER, worker=worker) as process:
        process.wait_until(lambda: "worker __main__" in process.output)
        process.signal()
        assert process.end() == 7


def test_an_asyncio_program_is_ended_too(tmp_path: pathlib.Path) -> None:
    worker = """
        import asyncio
        async def main():
            print("worker", __name__)
            try:
                await asyncio.sleep(60)
            finally:
                print("tidied up")
        asyncio.run(main())
    """
    with running(tmp_path, ENTRY, other=OTHER, worker=worker) as process:
        process.wait_until(lambda: "worker __main__" in process.output)
        process.signal()
        assert process.end() == 0, process.output
        assert "tidied up" in process.output


def test_a_program_ends_by_itself_with_its_own_status(tmp_path: pathlib.Path) -> None:
    for worker, status in (("print('done')", 0), ("raise SystemExit(3)", 3), ("1 / 0", 1)):
        with running(tmp_path, ENTRY, other=OTHER, worker=worker) as process:
            assert process.end() == status, process.output
