"""Measures Adyton against yardsticks, side by side in one run, and prints ratios.

Absolute times depend on the machine; ratios carry over. Each line says what is divided by what, the median ratio, the
range over the pairs, and the goal.

    make bench
    make bench SECTION=noise
"""

import argparse
import csv
import datetime
import json
import math
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import sqlglot

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROUNDS = 5


def run(*command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {result.stderr[-2000:]}")
    return json.loads(result.stdout)


def report(what, ratios, goal, detail):
    median = statistics.median(ratios)
    met = {"at most": median <= goal[1], "at least": median >= goal[1]}[goal[0]]
    print(
        f"{what:<58} {median:8.2f}  ({min(ratios):.2f} to {max(ratios):.2f})  "
        f"goal: {goal[0]} {goal[1]}  {'met' if met else 'NOT met'}\n    {detail}",
        flush=True,
    )
    return met


def fixture_queries():
    """The texts of all executed fixtures that sqlglot can read too."""
    queries, texts = [], []
    for path in sorted((ROOT / "Tests" / "DialectsTests" / "Fixtures").glob("*.sql")):
        for part in path.read_text().split("-- # ")[1:]:
            lines = part.splitlines()[1:]
            texts.append("\n".join(line for line in lines if not line.startswith(("-- = ", "-- ! ", "-- @ "))).strip())
    for text in texts:
        try:
            sqlglot.parse_one(text)
        except sqlglot.errors.SqlglotError:
            continue
        queries.append(text)
    return queries, len(texts)


def bench_compile(bench, folder):
    queries, total = fixture_queries()
    path = folder / "queries.json"
    path.write_text(json.dumps(queries))
    ratios, parse_ratios, ours, theirs = [], [], [], []
    for _ in range(ROUNDS):
        measured = run(bench, "compile", path)
        a = measured["secondsPerQuery"]
        start = time.perf_counter()
        for query in queries:
            sqlglot.parse_one(query)
        b = (time.perf_counter() - start) / len(queries)
        ours.append(a)
        theirs.append(b)
        ratios.append(b / a)
        parse_ratios.append(b / measured["secondsPerParse"])
    return report(
        "sqlglot parsing / Adyton compiling, per fixture query", ratios, ("at least", 20),
        f"{len(queries)} of {total} fixtures; Adyton {statistics.median(ours) * 1e6:.0f} µs to parse, bind, protect and "
        f"emit; sqlglot {statistics.median(theirs) * 1e6:.0f} µs to parse; parsing alone is "
        f"{statistics.median(parse_ratios):.0f} times faster")


def bench_sandbox(adyton, folder, users, days):
    data = folder / "data"
    made = []
    for seed in range(1, 4):
        made.append(
            run(adyton, "sandbox", "--data", data, "--instance", "bench", "--users", users, "--days", days, "--seed", seed,
                "--end-date", "2025-06-30", "--compare-copy", "--json"))
    ratios = [item["ratio"] for item in made]
    rates = [item["rowsPerSecond"] for item in made]
    met = report(
        "sandbox rows per second / plain COPY of the same rows", ratios, ("at least", 0.5),
        f"{made[-1]['rowCount']:,} rows in {len(made[-1]['tables'])} tables, {statistics.median(rates):,.0f} rows per second")
    return met


def bench_audience(adyton, bench, folder, users, days):
    """On more users than the sandbox's own measurement, so that the query and not its set-up is what takes the time."""
    data = folder / "audience"
    run(adyton, "sandbox", "--data", data, "--instance", "bench", "--users", users, "--days", days, "--end-date",
        "2025-06-30", "--json")
    first = f"2025-06-{30 - days + 1:02d}"
    result = run(bench, "audience", "--data", data, "--instance", "bench", "--from", first, "--to", "2025-07-01")
    ratios = [a / b for a, b in zip(result["adyton"], result["duckdb"])]
    return report(
        "audience query: Adyton / the same by hand in DuckDB", ratios, ("at most", 1.15),
        f"{result['users']:,} of {users:,} users; Adyton {statistics.median(result['adyton']) * 1e3:.0f} ms, "
        f"DuckDB {statistics.median(result['duckdb']) * 1e3:.0f} ms")


def bench_protection(bench, folder, events):
    """What the thresholds cost, the query's compilation aside."""
    goals = {"one aggregation": 1.2, "nested query": 1.5}
    data = folder / "protection"
    met = []
    for count in events:
        measured = run(bench, "protection", "--data", data, "--events", count)
        for result in measured["results"]:
            ratios = [a / b for a, b in zip(result["protected"], result["unprotected"])]
            name = result["query"]
            met.append(report(
                f"{name}, {count // 1_000_000} million events: with / without thresholds", ratios,
                ("at most", goals[name]),
                f"{statistics.median(result['protected']) * 1e3:.0f} ms with, "
                f"{statistics.median(result['unprotected']) * 1e3:.0f} ms without; "
                f"compiled in {result['compileSeconds'] * 1e3:.1f} ms; "
                f"at most {measured['peakMemoryMiB']} MiB in both queries"))
        shutil.rmtree(data)
    return met


def bench_upload(bench, folder, rows, large_rows):
    """Records with hashed addresses, which are looked up among known people, and become a data set's files by day."""
    data = folder / "upload"
    met = []
    for name, flags in (("CSV", ()), ("gzip CSV", ("--gzip",))):
        result = run(bench, "upload", "--data", data, "--rows", rows, *flags)
        ratios = [copy / upload for upload, copy in zip(result["upload"], result["copy"])]
        met.append(report(
            f"upload rows per second / plain COPY, {name}", ratios, ("at least", 0.6),
            f"{result['rows']:,} records ({result['fileBytes'] >> 20} MiB), {result['matchedRows']:,} matched; "
            f"{result['rows'] / statistics.median(result['upload']):,.0f} rows per second, "
            f"COPY {result['rows'] / statistics.median(result['copy']):,.0f}"))
        shutil.rmtree(data)
    if large_rows:
        result = run(bench, "upload", "--data", data, "--rows", large_rows, "--gzip", "--pairs", 0)
        met.append(report(
            "peak memory in MiB of a large gzip upload", [result["peakMemoryMiB"]], ("at most", 3072),
            f"{result['rows']:,} records in {result['fileBytes'] >> 20} MiB, an engine of 2,048 MiB"))
        shutil.rmtree(data)
    return met


def bench_records(bench, folder, seconds):
    """Members of an audience over HTTP, with the server, its jobs and the sender in one process. Memory is flat when three
    times as many records need hardly more of it."""
    data = folder / "records"
    results = []
    for duration in (seconds, 3 * seconds):
        results.append(run(bench, "records", "--data", data, "--seconds", duration))
        shutil.rmtree(data)
    few, many = results
    rates = [result["processedPerSecond"] for result in results]
    return report(
        "peak memory of three times as many records / of few", [many["peakMiB"] / few["peakMiB"]], ("at most", 1.5),
        f"{few['records']:,} and {many['records']:,} records; accepted {few['acceptedPerSecond']:,} and "
        f"{many['acceptedPerSecond']:,} per second, processed {rates[0]:,} and {rates[1]:,}; peak {few['peakMiB']} and "
        f"{many['peakMiB']} MiB, {few['peakBeforeMiB']} and {many['peakBeforeMiB']} MiB before the first record")


def bench_lookalike(adyton, bench, yardstick, folder, users, days):
    """Seeds are the users who had to do with a product in the days up to the last ten; who comes to it in these is what
    the lookalikes are to find."""
    data, scores = folder / "lookalike", folder / "scores.csv"
    run(adyton, "sandbox", "--data", data, "--instance", "bench", "--users", users, "--days", days, "--end-date",
        "2025-06-30", "--json")
    first = datetime.date(2025, 7, 1) - datetime.timedelta(days=days)
    last = datetime.date(2025, 7, 1) - datetime.timedelta(days=10)
    result = run(bench, "lookalike", "--data", data, "--instance", "bench", "--from", first, "--to", last, "--scores",
                 scores)
    curve = run(yardstick, ROOT / "Benchmarks" / "lookalike_yardstick.py", scores)
    shutil.rmtree(data)
    met = [report(
        "lookalike AUC, thousandths between Adyton and scikit-learn",
        [1000 * abs(curve["adyton"] - curve["scikitLearn"])], ("at most", 5),
        f"Adyton {curve['adyton']:.5f}, scikit-learn {curve['scikitLearn']:.5f} on {len(result['features'])} features; "
        f"{curve['learntFrom']:,} users to learn from, {curve['heldOut']:,} held out, {curve['heldOutSeeds']:,} of them "
        "seeds")]
    narrowest = result["reaches"][0]
    met.append(report(
        "lift of planted converters in the narrowest reach", [narrowest["lift"]], ("at least", 1.5),
        f"{result['seeds']:,} seeds; {result['converters']:,} of {result['candidates']:,} others come to the product in the "
        "ten days after"))
    print(f"    {'reach':<14}{'members':>10}{'lift':>8}{'seconds':>10}{'peak MiB':>10}")
    for reach in result["reaches"]:
        print(f"    {reach['reach']:<14}{reach['members']:>10,}{reach['lift']:>8.2f}{reach['seconds']:>10.1f}"
              f"{reach['peakMemoryMiB']:>10,}", flush=True)
    return met


def read_rows(paths, key_count):
    """The figures of a report's rows by their keys."""
    rows = {}
    for path in paths:
        with open(path, newline="") as file:
            for row in list(csv.reader(file))[1:]:
                rows[tuple(row[:key_count])] = [float(value or 0) for value in row[key_count:]]
    return rows


def bench_utility(adyton, bench, yardstick, folder, users, days):
    """Noise mode: the relative error of rows with at least 1,000 users, beside that of OpenDP, and the time it takes."""
    data = folder / "noise"
    run(adyton, "sandbox", "--data", data, "--instance", "bench", "--users", users, "--days", days, "--end-date",
        "2025-06-30", "--json")
    first = f"2025-06-{30 - days + 1:02d}"
    result = run(bench, "utility", "--data", data, "--instance", "bench", "--from", first, "--to", "2025-07-01")
    met = []
    for item in result["reports"]:
        exact = read_rows(item["exact"], item["keyCount"])
        answers = [read_rows(files, item["keyCount"]) for files in item["noisy"]]
        keys = sorted(key for key, figures in exact.items() if figures[0] >= 1000)
        errors = [
            abs(noisy.get(key, [0.0] * len(figures))[index] - figures[index]) / figures[index]
            for noisy in answers for key, figures in ((key, exact[key]) for key in keys)
            for index in range(len(figures)) if figures[index] >= 1000]
        request = folder / "noise.json"
        # The figures share rho equally, so that the standard error of each gives the distance that a user changes it by.
        share = result["rho"] / len(item["standardErrors"])
        request.write_text(json.dumps({
            "epsilon": result["epsilon"], "delta": result["delta"], "rounds": 100,
            "figures": [
                {"sensitivity": error * math.sqrt(2 * share), "exact": [round(exact[key][index]) for key in keys]}
                for index, error in enumerate(item["standardErrors"])]}))
        theirs = run(yardstick, ROOT / "Benchmarks" / "noise_yardstick.py", request)
        their_errors = [
            abs(value - exact[key][index]) / exact[key][index]
            for index, rounds in enumerate(theirs["noisy"]) for values in rounds for key, value in zip(keys, values)
            if exact[key][index] >= 1000]
        ours, yards = statistics.median(errors), statistics.median(their_errors)
        name = f"noise mode, {item['name']}"
        met.append(report(
            f"{name}: median relative error, in percent", [100 * ours], ("at most", 1),
            f"{len(keys)} rows with at least 1,000 users, of {len(exact)}; standard errors of the figures "
            f"{', '.join(f'{error:,.0f}' for error in item['standardErrors'])}; OpenDP {100 * yards:.3f} %"))
        met.append(report(
            f"{name}: error / OpenDP's", [ours / yards], ("at most", 1.1),
            "the same query, bounds and budget; OpenDP's noise on the exact figures, in 100 rounds"))
        met.append(report(
            f"{name}: time / threshold mode", [a / b for a, b in zip(item["noiseSeconds"], item["thresholdSeconds"])],
            ("at most", 1.3),
            f"{statistics.median(item['noiseSeconds']) * 1e3:.0f} ms with noise, "
            f"{statistics.median(item['thresholdSeconds']) * 1e3:.0f} ms with thresholds"))
    shutil.rmtree(data)
    return met


def bench_verification(bench, folder, events):
    """What it costs to compare files with their checksums as they are read."""
    data = folder / "verification"
    result = run(bench, "verification", "--data", data, "--events", events)
    seconds = result["seconds"]
    ratios = [a / b for a, b in zip(seconds["changed"], seconds["never"])]
    always = statistics.median(a / b for a, b in zip(seconds["always"], seconds["never"]))
    shutil.rmtree(data)
    return report(
        "a query over verified files / over unverified ones", ratios, ("at most", 1.05),
        f"{result['byteCount'] >> 20} MiB; {statistics.median(seconds['changed']) * 1e3:.0f} ms verified, "
        f"{statistics.median(seconds['never']) * 1e3:.0f} ms unverified; the first query of a server "
        f"{result['firstSeconds'] * 1e3:.0f} ms; {always:.2f} times as long with --verify-reads always")


def bench_workers(bench, folder):
    """What a short query pays for a process of its own."""
    data = folder / "workers"
    result = run(bench, "workers", "--data", data)
    extra = [1e3 * (a - b) for a, b in zip(result["workerSeconds"], result["ownSeconds"])]
    shutil.rmtree(data)
    return report(
        "a short query in a worker, milliseconds more than in-process", extra, ("at most", 10),
        f"{statistics.median(result['workerSeconds']) * 1e3:.1f} ms in a worker, "
        f"{statistics.median(result['ownSeconds']) * 1e3:.1f} ms in-process; "
        f"{statistics.median(result['startSeconds']) * 1e3:.1f} ms more where no worker is warm")


def bench_noise(bench):
    """What an exact sample of noise costs: a report may have 100,000 figures."""
    result = run(bench, "noise")["microseconds"]
    each = ", ".join(
        f"{statistics.median(times):.1f} µs for a standard deviation of {deviation}"
        for deviation, times in sorted(result.items(), key=lambda item: float(item[0])))
    return report(
        "a figure's exact noise / 20 µs", [max(times) / 20 for times in zip(*result.values())], ("at most", 1), each)


def sections(arguments, folder):
    """What is measured, by name, in order. Each section makes its own data and removes them."""
    adyton, bench = arguments.adyton, arguments.bench
    return {
        "compile": lambda: [bench_compile(bench, folder)],
        "sandbox": lambda: [bench_sandbox(adyton, folder, arguments.users, arguments.days)],
        "audience": lambda: [bench_audience(adyton, bench, folder, arguments.audience_users, arguments.days)],
        "upload": lambda: bench_upload(bench, folder, arguments.upload_rows, arguments.large_upload_rows),
        "records": lambda: [bench_records(bench, folder, arguments.records_seconds)],
        "lookalike": lambda: bench_lookalike(
            adyton, bench, arguments.yardstick, folder, arguments.lookalike_users, arguments.lookalike_days),
        "noise": lambda: [bench_noise(bench)] + bench_utility(
            adyton, bench, arguments.opendp, folder, arguments.noise_users, arguments.noise_days),
        "workers": lambda: [bench_workers(bench, folder)],
        "verification": lambda: [bench_verification(bench, folder, min(arguments.events[-1:] + [10_000_000]))],
        "protection": lambda: bench_protection(bench, folder, arguments.events),
    }


def main():
    parser = argparse.ArgumentParser(description="Measures Adyton against yardsticks, side by side.")
    parser.add_argument("--adyton", required=True)
    parser.add_argument("--bench", required=True)
    parser.add_argument(
        "--section", action="append", default=[], metavar="NAME",
        help="one part of it alone; may be given several times")
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--audience-users", type=int, default=400_000)
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument(
        "--events", type=int, nargs="*", default=[1_000_000, 10_000_000, 50_000_000],
        help="numbers of impressions that the cost of thresholds is measured with")
    parser.add_argument("--upload-rows", type=int, default=4_000_000)
    parser.add_argument("--large-upload-rows", type=int, default=18_000_000, help="1 GB of gzip; 0 to leave it out")
    parser.add_argument("--records-seconds", type=int, default=10, help="how long records are sent")
    parser.add_argument("--lookalike-users", type=int, default=100_000)
    parser.add_argument("--lookalike-days", type=int, default=40)
    parser.add_argument("--noise-users", type=int, default=1_000_000)
    parser.add_argument("--noise-days", type=int, default=7)
    parser.add_argument("--opendp", default=ROOT / ".deps" / "opendp" / "bin" / "python",
                        help="a Python with OpenDP, as scripts/opendp installs it")
    parser.add_argument("--yardstick", default=ROOT / ".deps" / "bench-tools" / "bin" / "python",
                        help="a Python with scikit-learn, as scripts/bench-tools installs it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="adyton-bench-") as temporary:
        folder = pathlib.Path(temporary)
        all_sections = sections(arguments, folder)
        unknown = set(arguments.section) - set(all_sections)
        if unknown:
            parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(all_sections)}")
        met = [goal for name in arguments.section or all_sections for goal in all_sections[name]()]
    print(f"{sum(met)} of {len(met)} goals met")


if __name__ == "__main__":
    sys.exit(main())
