"""Lays out a small web of blogs for nginx, the list of links to watch on it, and what must be found.

Usage: web.py DIR PORT. Writes into DIR: www/ (the pages), nginx.conf, trackward.toml, list.csv and
expected.json. Python's standard library only; the same arguments give the same files.
"""

import csv
import json
import sys
from pathlib import Path

HOSTS = 24
PAGES_A_HOST = 10
REST_MS = 500
CRAWL_DELAY_S = 1
CONTACT = "https://ours.example/about-our-link-monitor"

# Hosts with a manner of their own; all others are ordinary blogs.
FORBIDDING, ROBOTS_BROKEN, SLOW, REFUSING, FAILING = 3, 8, 13, 18, 23
CANNOT_BE_CHECKED = {FORBIDDING, ROBOTS_BROKEN, REFUSING, FAILING}

# What stands on the ten pages of a blog, by page number.
PAGES = ["ping"] * 4 + ["body"] * 2 + ["without", "missing", "moved", "moved_away"]


def address(host):
    return f"127.0.1.{host}"


def target(host, page):
    return f"https://ours.example/articles/{host}-{page}"


def document(title, body, pings):
    text = "<p>A few honest paragraphs about gardening, one after the other.</p>\n" * 20
    entries = "\n".join(pings)
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body class="single single-post">
<article class="post hentry"><h1 class="entry-title">{title}</h1>
<div class="entry-content">
{text}{body}
</div></article>
<div id="comments" class="comments-area"><h2 class="comments-title">Two thoughts</h2>
<ol class="commentlist">
{entries}
</ol></div>
</body>
</html>
"""


def ping(number, url, title):
    """A received trackback as WordPress prints it in its classic themes."""
    return f"""<li class="trackback even thread-even depth-1" id="comment-{number}">
<div id="div-comment-{number}" class="comment-body">
<div class="comment-author vcard">
<cite class="fn"><a href="{url}" rel="external nofollow ugc" class="url">{title}</a></cite>
<span class="says">says:</span></div>
<div class="comment-meta commentmetadata"><a href="#comment-{number}">November 2, 2026 at 9:00 am</a></div>
<p>[&#8230;] as written there [&#8230;]</p>
</div></li>"""


def page_of(kind, host, page):
    """The HTML of one page, with our link where its kind says so."""
    ours, title = target(host, page), f"Post {page} of blog {host}"
    pings = [ping(1, "https://elsewhere.example/a", "A neighbour")]
    body = "<p>Read <a href='https://elsewhere.example/b'>this</a> as well.</p>"
    if kind == "body":
        body += f"<p>The <a href='{ours}'>article on {page}</a> says more.</p>"
    elif kind != "without":
        pings.append(ping(2, ours, "Our article"))
    return document(title, body, pings)


def robots_of(host):
    """The robots.txt of a host; none for every third, so that it answers 404."""
    if host == FORBIDDING:
        return "User-agent: *\nDisallow: /\n"
    if host == SLOW:
        return f"User-agent: *\nCrawl-delay: {CRAWL_DELAY_S}\nDisallow: /admin/\n"
    return None if host % 3 == 1 else "User-agent: *\nDisallow: /admin/\n"


def next_blog(host):
    """The next host that is an ordinary blog: redirects lead there."""
    following = host % HOSTS + 1
    return next_blog(following) if following in CANNOT_BE_CHECKED | {SLOW} else following


def write_host(root, host, port):
    """Writes the pages of one host; answers its server block."""
    rules = []
    write_text(root, host, "robots.txt", robots_of(host))
    for page, kind in enumerate(PAGES):
        if kind == "missing":
            continue
        html = page_of(kind, host, page)
        if kind == "moved":
            write_text(root, host, f"new-{page}.html", html)
            rules.append(f"location = /post-{page}.html {{ return 301 /new-{page}.html; }}")
        elif kind == "moved_away":
            away = next_blog(host)
            write_text(root, away, f"from-{host}-{page}.html", html)
            url = f"http://{address(away)}:{port}/from-{host}-{page}.html"
            rules.append(f"location = /post-{page}.html {{ return 301 {url}; }}")
        else:
            write_text(root, host, f"post-{page}.html", html)
    if host == ROBOTS_BROKEN:
        rules.append("location = /robots.txt { return 503; }")
    if host in (REFUSING, FAILING):
        rules = [f"location ~ ^/post- {{ return {403 if host == REFUSING else 503}; }}"]
    lines = "\n        ".join(rules)
    return f"""
    server {{
        listen {address(host)}:{port};
        server_name {address(host)};
        root {root / 'www' / address(host)};
        {lines}
    }}"""


def write_text(root, host, name, text):
    if text is not None:
        path = root / "www" / address(host) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def nginx_conf(root, servers):
    """One unprivileged worker that logs every request as JSON, times in seconds with three digits."""
    kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    scratch = "\n    ".join(f"{kind}_temp_path {root}/log/{kind};" for kind in kinds)
    return f"""worker_processes 1;
daemon off;
pid {root}/log/nginx.pid;
error_log {root}/log/error.log;
events {{ worker_connections 512; }}
http {{
    {scratch}
    types {{ text/html html; text/plain txt; }}
    log_format proof escape=json '{{"ended":$msec,"took":$request_time,"host":"$host","path":"$request_uri",'
        '"status":$status,"agent":"$http_user_agent","if_none_match":"$http_if_none_match",'
        '"connection":$connection}}';
    access_log {root}/log/access.log proof;
    keepalive_timeout 15s;{''.join(servers)}
}}
"""


def settings(port):
    return f"""contact = "{CONTACT}"
sites = ["ours.example"]
store = "store"

[fetch]
rest = "{REST_MS}ms"
rate = 200
allow_networks = ["127.0.0.0/8"]
ports = [{port}]
[schedule]
own_pages = false
"""


def rows(port):
    """The rows of list.csv, and for each what its check must find."""
    for host in range(1, HOSTS + 1):
        for page, kind in enumerate(PAGES):
            found = "absent" if kind in ("without", "missing") else "live"
            if host in CANNOT_BE_CHECKED:
                found = "unreadable"
            yield {
                "source": f"http://{address(host)}:{port}/post-{page}.html",
                "target": target(host, page),
                "kind": "editorial" if kind == "body" else "trackback",
                "sent": "",
                "campaign": f"blog-{host % 3}",
                "owner": "mia",
                "anchor": "",
                "rel": "",
                "weight": "1",
                "note": kind,
            }, found


def main(folder, port):
    root = Path(folder)
    servers = [write_host(root, host, port) for host in range(1, HOSTS + 1)]
    (root / "nginx.conf").write_text(nginx_conf(root, servers), encoding="utf-8")
    (root / "trackward.toml").write_text(settings(port), encoding="utf-8")
    listed = list(rows(port))
    with open(root / "list.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0][0]))
        writer.writeheader()
        writer.writerows(row for row, _ in listed)
    expected = {
        "rest_ms": REST_MS,
        "crawl_delay_ms": {address(SLOW): CRAWL_DELAY_S * 1000},
        "contact": CONTACT,
        "hosts": [address(host) for host in range(1, HOSTS + 1)],
        "forbidden": [address(FORBIDDING), address(ROBOTS_BROKEN)],
        "links": {row["source"]: found for row, found in listed},
        "conditional": [
            row["source"] for row, found in listed if found == "live" and row["note"] in ("ping", "body")
        ],
    }
    (root / "expected.json").write_text(json.dumps(expected, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
