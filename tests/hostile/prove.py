"""Proves that fifty hostile hosts neither slowed a run over a thousand nor changed a state elsewhere.

Usage: prove.py CLEAN_SECONDS HOSTILE_SECONDS PEAK_KIB BEFORE AFTER. BEFORE and AFTER are `trackward list --json`
before and after the run in which the hosts were hostile. Ends at the first broken promise.
"""

import json
import sys

LONGEST = 1.3  # times the clean run
PEAK_MIB = 512


def links(path):
    rows = [json.loads(line) for line in open(path, encoding="utf-8")]
    return {row["link_id"]: row for row in rows}


def number(row):
    parts = row["source"].split("/")[2].split(":")[0].split(".")
    return int(parts[2]) * 250 + int(parts[3])


def check(holds, words):
    print(("holds:  " if holds else "BROKEN: ") + words)
    if not holds:
        sys.exit(1)


def main(clean, hostile, peak_kib, before, after):
    before, after = links(before), links(after)
    check(before.keys() == after.keys(), f"{len(before)} links before and after")
    check(all(row["state"] == "live" for row in before.values()), "all were live before")
    elsewhere = [row for row in after.values() if number(row) % 20]
    changed = [row["source"] for row in elsewhere if row["state"] != "live"]
    check(not changed, f"none of {len(elsewhere)} links on healthy hosts changed, {changed[:3]}")
    unread = [row["source"] for row in elsewhere if row["unreadable_since"]]
    check(not unread, f"every healthy page was read, {unread[:3]}")
    lost = [row["source"] for row in after.values() if row["state"] not in ("live", "missing")]
    check(not lost, f"one look at a hostile page loses nothing, {lost[:3]}")
    ratio = hostile / clean
    check(ratio <= LONGEST, f"with hostile hosts {ratio:.2f} times the clean run ({hostile:.0f} s, {clean:.0f} s)")
    check(peak_kib <= PEAK_MIB * 1024, f"peak memory {peak_kib // 1024} MiB")


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])
