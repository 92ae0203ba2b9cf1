"""Measures in Python: answers requests on stdin, one line of JSON each on stdout, until there are no more.

    worker.py --engine pytorch|numpy --threads N [--mode eager|compiled] [--origin NAME]
"""

import argparse
import json
import platform
import sys
import traceback

from measure import Unsupported, measure, peak_memory, resident_memory


def start(engine, threads, mode):
    if engine == "pytorch":
        import pytorch_engine

        return pytorch_engine.start(threads, compiled=mode == "compiled")
    import numpy_engine

    return numpy_engine.start(threads)


def answer(workloads, prepared, engine, request):
    run, parameters = request["run"], request["parameters"]
    key = json.dumps([run, parameters])
    if key not in prepared:
        if run not in workloads:
            return {"unsupported": f"{engine} has no workload '{run}'"}
        prepared.clear()
        prepared[key] = workloads[run](**parameters)
    task = prepared[key]
    result = {
        "milliseconds": measure(task, request["iterations"]),
        "peakMemory": peak_memory(),
        "memory": {"resident": resident_memory()},
        "values": task.values(),
    }
    error = task.error()
    return result if error is None else {**result, "error": error}


def send(message):
    print(json.dumps(message), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=["pytorch", "numpy"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--mode", choices=["eager", "compiled"], default="eager", help="how PyTorch runs networks")
    parser.add_argument("--origin", default="", help="what has chosen this Python, for the head of the table")
    args = parser.parse_args()
    try:
        version, workloads = start(args.engine, args.threads, args.mode)
    except Unsupported as error:
        return send({"unsupported": str(error)})
    origin = f" ({args.origin})" if args.origin else ""
    version = f"{version}, Python {platform.python_version()}{origin}"
    send({"ready": True, "engine": args.engine, "version": version, "threads": args.threads})
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = answer(workloads, prepared, args.engine, request)
        except Exception:
            result = {"failure": traceback.format_exc()}
        send({"id": request["id"], **result})


main()
