"""Proves from nginx's log and the JSON report that two runs were polite and counted right.

Usage: prove.py DIR BORDER. DIR is what web.py laid out, with log/access.log and report/*.json; BORDER
is the time between the two runs, in seconds since the epoch. Ends at the first broken promise.

How exact the log is: nginx reads its clock when the kernel hands it work, cut to whole milliseconds. A
request's start ($msec - $request_time) is therefore logged up to 1 ms early and its end as well, so a
gap between an end and the next start may look at most 1 ms shorter or longer than it was. The client
counts the rest from the last byte, which it has no earlier than nginx sent it. So a true gap of `rest`
never shows as less than `rest - 1 ms`: that is the tolerance, and there is no other.
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

TOLERANCE_MS = 1


class Broken(Exception):
    """A promise that does not hold; says what was seen."""


def read_log(path, border):
    """Requests in the order of their start, times in whole milliseconds, each with its run."""
    requests = []
    for line in path.read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        request["end"] = round(request["ended"] * 1000)
        request["start"] = request["end"] - round(request["took"] * 1000)
        request["run"] = 1 if request["end"] <= border * 1000 else 2
        requests.append(request)
    return sorted(requests, key=lambda r: (r["start"], r["end"]))


def by_host(requests):
    hosts = defaultdict(list)
    for request in requests:
        hosts[request["host"]].append(request)
    return hosts


def every_host_was_asked(requests, expected):
    asked = set(by_host(requests))
    if asked != set(expected["hosts"]):
        raise Broken(f"asked {sorted(asked)}, listed {expected['hosts']}")
    connections = {request["connection"] for request in requests}
    return f"{len(asked)} hosts, {len(requests)} requests over {len(connections)} connections"


def robots_came_first(requests, expected):
    for host, mine in by_host(requests).items():
        if mine[0]["path"] != "/robots.txt":
            raise Broken(f"{host} was first asked for {mine[0]['path']}")
    return f"/robots.txt is the first request on each of {len(expected['hosts'])} hosts"


def forbidden_hosts_were_left_alone(requests, expected):
    for request in requests:
        if request["host"] in expected["forbidden"] and request["path"] != "/robots.txt":
            raise Broken(f"{request['host']}{request['path']} was asked against its robots.txt")
    return f"no page of {len(expected['forbidden'])} hosts"


def pairs(requests):
    """Each request of a host with the one before it."""
    for mine in by_host(requests).values():
        yield from zip(mine, mine[1:])


def never_two_at_once(requests, expected):
    checked = 0
    for before, after in pairs(requests):
        checked += 1
        if after["start"] < before["end"]:
            raise Broken(f"{after['host']}{after['path']} began before {before['path']} had ended")
    return f"{checked} pairs of requests, no overlap"


def every_gap_is_a_rest(requests, expected):
    slack = []
    for before, after in pairs(requests):
        rest = max(expected["rest_ms"], expected["crawl_delay_ms"].get(after["host"], 0))
        gap = after["start"] - before["end"]
        slack.append(gap - rest)
        if gap < rest - TOLERANCE_MS:
            where = f"{after['host']} between {before['path']} and {after['path']}"
            raise Broken(f"{gap} ms on {where}, rest {rest} ms")
    return f"shortest gap {min(slack):+d} ms from its rest (tolerance -{TOLERANCE_MS} ms), over both runs"


def one_agent_that_names_a_contact(requests, expected):
    agents = {request["agent"] for request in requests}
    if len(agents) != 1:
        raise Broken(f"user agents: {sorted(agents)}")
    agent = agents.pop()
    if "trackward" not in agent.lower() or expected["contact"] not in agent:
        raise Broken(f"'{agent}' does not name trackward and {expected['contact']}")
    return agent


def second_run_asked_conditionally(requests, expected):
    first = [r["path"] for r in requests if r["run"] == 1 and r["if_none_match"]]
    if first:
        raise Broken(f"{len(first)} conditional requests in the first run")
    answers = {
        f"{r['host']}{r['path']}": r["status"] for r in requests if r["run"] == 2 and r["if_none_match"]
    }
    for url in expected["conditional"]:
        host, path = url.removeprefix("http://").split("/", 1)
        status = answers.get(f"{host.split(':')[0]}/{path}")
        if status != 304:
            raise Broken(f"{url} was not asked conditionally in the second run, or answered {status}")
    return f"{len(expected['conditional'])} pages with a live link, each answered 304"


def seen_as(link):
    """What `trackward list --json` says of a link, in the words of expected.json."""
    if link["unreadable_since"]:
        return "unreadable"
    return {"live": "live", "imported": "absent"}.get(link["state"], link["state"])


def every_link_is_what_was_put_there(folder, expected):
    lines = (folder / "list.json").read_text(encoding="utf-8").splitlines()
    said = {link["source"]: seen_as(link) for link in map(json.loads, lines)}
    for source, found in expected["links"].items():
        if said.get(source) != found:
            raise Broken(f"{source} is listed as {said.get(source)}, but {found} was put there")
    if len(lines) != len(expected["links"]):
        raise Broken(f"{len(lines)} links are listed, {len(expected['links'])} were imported")
    return f"{len(lines)} links, each listed as it is"


def report_counts_are_true(folder, expected):
    """Verified, not there and can't check, as the report counts them.

    Two runs in a row can give no event "not found" (it takes a second look 20 hours later) and list no page
    under "can't check" (from day 7 on). The counts behind both are there at once: what was checked and is
    not verified was not there, and what is watched and was not checked could not be.
    """
    report = json.loads(next((folder / "report").glob("*.json")).read_text(encoding="utf-8"))
    put = Counter(expected["links"].values())
    verified, to_verify = report["figures"]["verified"], report["figures"]["to_verify"]
    checked, watched = report["coverage"]["checked"], report["coverage"]["watched"]
    said = {"live": verified, "absent": checked - verified, "unreadable": watched - checked}
    if said != dict(put):
        raise Broken(f"the report says {said}, put there {dict(put)}")
    if to_verify != put["absent"] + put["unreadable"]:
        raise Broken(f"the report says {to_verify} to verify, put there {dict(put)}")
    return f"{put['live']} verified, {put['absent']} not there, {put['unreadable']} can't check"


PROMISES = [
    every_host_was_asked,
    robots_came_first,
    forbidden_hosts_were_left_alone,
    never_two_at_once,
    every_gap_is_a_rest,
    one_agent_that_names_a_contact,
    second_run_asked_conditionally,
]
RESULTS = [every_link_is_what_was_put_there, report_counts_are_true]


def main(folder, border):
    folder = Path(folder)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    requests = read_log(folder / "log" / "access.log", border)
    proofs = [(promise, requests) for promise in PROMISES] + [(result, folder) for result in RESULTS]
    for proof, facts in proofs:
        title = proof.__name__.replace("_", " ")
        try:
            print(f"  holds   {title:34} {proof(facts, expected)}")
        except Broken as broken:
            print(f"  BROKEN  {title:34} {broken}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
