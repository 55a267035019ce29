"""A thousand hosts on loopback, of which fifty turn hostile, each in one of many ways.

Usage: web.py PORT HOSTILE_FILE. Serves 127.1.0.0/16 on PORT until it is stopped. A host whose number is divisible
by 20 is hostile while HOSTILE_FILE exists, and a healthy host otherwise; what it does then follows from its number.
Every page of a healthy host carries our link.
"""

import asyncio
import resource
import sys
import zlib
from pathlib import Path

HOSTS = 1_000
EVERY = 20  # every twentieth host turns hostile

PAGE = (
    "<!doctype html><html><head><title>Post {path} of {host}</title></head><body><article><h1>A post</h1>"
    "<p>Some words before, and then <a href='https://ours.example/a'>ours</a>, and some words behind it.</p>"
    "</article></body></html>"
)


def head(status, *fields, length=None):
    lines = [f"HTTP/1.1 {status}", *fields]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(body, *fields, status="200 OK"):
    body = body if isinstance(body, bytes) else body.encode()
    return head(status, "Content-Type: text/html; charset=utf-8", *fields, length=len(body)) + body


class Hostile:
    """What a hostile host does with a request for a page, and some with one for robots.txt. Each returns the
    bytes to send and closes, or writes by itself."""

    async def silent(self, request, writer):
        await asyncio.sleep(120)

    async def drips_header(self, request, writer):
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 100:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)

    async def drips_body(self, request, writer):
        writer.write(head("200 OK", "Content-Type: text/html", length=1_000_000))
        for _ in range(120):
            writer.write(b"<p>")
            await writer.drain()
            await asyncio.sleep(1)

    async def interim_without_end(self, request, writer):
        for _ in range(1_200):
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.1)

    async def body_without_end(self, request, writer):
        writer.write(head("200 OK", "Content-Type: text/html"))
        for _ in range(10_000):
            writer.write(b"<p>more and more</p>" * 1_000)
            await writer.drain()

    async def bomb(self, request, writer):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = b"".join(packer.compress(b"<div>" * 200_000) for _ in range(100)) + packer.flush()
        return whole(body, "Content-Encoding: gzip")

    async def header_flood(self, request, writer):
        return head("200 OK", *(f"X-{n}: flood" for n in range(10_000)), length=0)

    async def giant_header(self, request, writer):
        return head("200 OK", "X-Giant: " + "x" * 10_000_000, length=0)

    async def redirects_in_a_circle(self, request, writer):
        return head("302 Found", f"Location: {request.path}", length=0)

    async def redirects_without_end(self, request, writer):
        return head("302 Found", f"Location: {request.path}x", length=0)

    async def redirects_inside(self, request, writer):
        return head("302 Found", "Location: http://169.254.169.254/latest/meta-data/", length=0)

    async def refreshes_without_end(self, request, writer):
        return whole(f"<meta http-equiv=refresh content='0; url={request.path}x'><p>wait</p>")

    async def nested(self, request, writer):
        return whole("<div>" * 800_000)

    async def formatting(self, request, writer):
        return whole("".join(f"<p><b class=c{n}>" for n in range(200_000)))

    async def attributes(self, request, writer):
        return whole("<p " + " ".join(f"a{n}=1" for n in range(600_000)) + ">")

    async def comment_without_end(self, request, writer):
        return whole("<p>x</p><!-- " + "never ends " * 300_000)

    async def resets(self, request, writer):
        writer.transport.abort()

    async def truncated(self, request, writer):
        return head("200 OK", "Content-Type: text/html", length=100_000) + b"<p>no more"

    async def no_http(self, request, writer):
        return b"\x00\x16\x03\x01 SSH-2.0-not-a-web-server\r\n" * 100

    async def everything_is_gone(self, request, writer):
        return whole("<h1>Not found</h1>", status="404 Not Found")

    async def everything_is_empty(self, request, writer):
        return whole("")

    async def challenge(self, request, writer):
        return whole("<title>Just a moment...</title><p>Checking your browser</p>", "cf-mitigated: challenge")

    async def failing(self, request, writer):
        return whole("Error establishing a database connection", status="500 Internal Server Error")

    async def asks_for_a_pause_for_ever(self, request, writer):
        return whole("slow down", "Retry-After: 99999999999", status="429 Too Many Requests")

    async def unchanged_for_ever(self, request, writer):
        return head("304 Not Modified", length=0)


WAYS = [name for name in vars(Hostile) if not name.startswith("_")]


class Request:
    def __init__(self, host, path):
        self.host, self.path = host, path
        parts = host.split(".")
        self.number = int(parts[2]) * 250 + int(parts[3])


async def answer(request, writer, hostile_file):
    if request.number % EVERY == 0 and hostile_file.exists() and request.path != "/robots.txt":
        way = WAYS[(request.number // EVERY) % len(WAYS)]
        return await getattr(Hostile(), way)(request, writer)
    if request.path == "/robots.txt":
        return whole("User-agent: *\nDisallow: /private\n", "Content-Type: text/plain")
    return whole(PAGE.format(host=request.host, path=request.path))


async def serve(reader, writer, hostile_file):
    try:
        while line := await reader.readline():
            path = line.split(b" ")[1].decode()
            while (await reader.readline()).strip():
                pass
            request = Request(writer.get_extra_info("sockname")[0], path)
            body = await answer(request, writer, hostile_file)
            if body is None:
                break
            writer.write(body)
            await writer.drain()
    except (ConnectionError, IndexError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main(port, hostile_file):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def answer_one(reader, writer):
        await serve(reader, writer, hostile_file)

    for number in range(HOSTS):
        await asyncio.start_server(answer_one, f"127.1.{number // 250}.{number % 250}", port)
    Path(f"{hostile_file}.ready").touch()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
