#!/usr/bin/env python3
"""http_test.py HTTP_PROGRAM: the HTTP server of the service against curl and Python's http.client, and its client against Python's
http.server."""
import http.client
import http.server
import os
import random
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import sandbox  # noqa: E402

PORT = 7070
URL = f"http://127.0.0.1:{PORT}"


def curl(*arguments, code=0):
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20", *arguments], capture_output=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout[-500:], done.stderr)
    return done.stdout


def curl_understands_it(big):
    assert curl("-A", "me", URL + "/a%20b") == b"GET /a b me\n"
    head = curl("--head", URL + "/x").decode()
    assert head.startswith("HTTP/1.1 200 OK\r\n") and "Content-Length: " in head and "GMT\r\n" in head, head
    # curl asks for "100 Continue" before a large body, and waits a second for it.
    begun = time.monotonic()
    assert curl("--data-binary", "@" + big, "-H", "Expect: 100-continue", URL + "/body") == open(big, "rb").read()
    assert time.monotonic() - begun < 0.9, "no 100 Continue"
    assert curl("-T", big, "-H", "Transfer-Encoding: chunked", URL + "/body") == open(big, "rb").read()
    two = curl("-v", "--stderr", sandbox.path("curl"), URL + "/1", URL + "/2")
    assert two.count(b"GET /") == 2 and "Re-using existing connection" in sandbox.read("curl"), two
    assert curl("--http1.0", URL + "/old").startswith(b"GET /old")


def large_bodies_are_refused_in_words():
    path = sandbox.write("huge", "x" * (9 << 20))
    for how in (["-H", "Expect:"], [], ["-H", "Transfer-Encoding: chunked", "-H", "Expect:"]):
        said = curl("-w", "%{http_code}", "--data-binary", "@" + path, *how, URL + "/body")
        assert said == b"the body is too large\n413", (how, said)


def python_understands_it():
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
        connection.request(method, "/x", headers={"User-Agent": "py"})
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 200 and said == (b"" if method == "HEAD" else f"{method} /x py\n".encode()), (method, said)
    parts = [random.randbytes(size) for size in (1, 70_000, 3, 4095)]
    connection.request("POST", "/body", body=iter(parts), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    assert connection.getresponse().read() == b"".join(parts)
    connection.close()


def raw(data, patience=10):
    with socket.create_connection(("127.0.0.1", PORT), timeout=patience) as one:
        one.sendall(data)
        said = b""
        while piece := one.recv(65536):
            said += piece
        return said


def what_is_no_http_is_refused():
    assert raw(b"\x16\x03\x01\x02\x00\x01").startswith(b"HTTP/1.1 400 ")
    smuggled = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
    said = raw(smuggled)
    assert said.startswith(b"HTTP/1.1 400 ") and said.count(b"HTTP/1.1") == 1, said
    said = raw(b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert said.count(b"HTTP/1.1 200 OK") == 2 and said.index(b"GET /1") < said.index(b"GET /2"), said


def too_many_are_turned_away():
    waiting = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(50)]
    time.sleep(0.2)
    said = raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 1\r\n" in said, said
    for one in waiting:
        one.close()
    sandbox.wait_until("there is room again", lambda: b"200 OK" in raw(b"GET / HTTP/1.0\r\n\r\n"))


def events_are_streamed(program):
    said = curl("--no-buffer", "--max-time", "1", URL + "/events", code=28)  # 28: curl has ended it
    assert said.startswith(b"id: 1\nevent: tick\ndata: line one\ndata: line two of 1\n\nid: 2\n"), said[:200]
    sandbox.wait_until("the writer to see that curl has gone", lambda: "the writer has ended" in sandbox.read("server.log"))
    said = sandbox.run(program, "events", URL + "/events", "3")
    assert said == "".join(f"{i}|tick|line one\nline two of {i}\n" for i in (1, 2, 3)) + "200 text/event-stream\n", said
    assert sandbox.run(program, "events", URL + "/other").startswith("200 text/plain\nGET /other"), "an answer that is no stream"


class Other(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        if self.path == "/chunks":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"one ", b"two ", b"three"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/events":
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for piece in ("\ufeffid: 1\r", "\ndata: a\r\n\r\nev", "ent: b\ndata: c\n", "\ndata: lost"):
                self.wfile.write(piece.encode())
                self.wfile.flush()
                time.sleep(0.05)
        else:
            self.end_headers()
            self.wfile.write(self.path.encode())
            self.close_connection = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201, "Made")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def our_client_understands_others(program, big):
    other = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Other)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:8080"
    assert sandbox.run(program, "call", "GET", url + "/chunks") == "200 \none two three"
    assert sandbox.run(program, "call", "GET", url + "/to-the-end") == "200 \n/to-the-end"
    done = subprocess.run([program, "call", "POST", url + "/", big], capture_output=True, check=True, timeout=60)
    assert done.stdout == b"201 \n" + open(big, "rb").read()
    assert sandbox.run(program, "events", url + "/events") == "1|message|a\n1|b|c\n200 text/event-stream\n"
    other.shutdown()
    other.server_close()
    done = subprocess.run([program, "call", "GET", url], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "nobody serves at 127.0.0.1:8080" in done.stderr and "rollover serve" in done.stderr, done


def it_stops_with_clients_on_it(server):
    clients = [socket.create_connection(("127.0.0.1", PORT), timeout=10) for _ in range(3)]
    clients[0].sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    clients[1].sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
    assert clients[1].recv(10) == b"HTTP/1.1 2"
    server.terminate()
    assert server.wait(timeout=10) == 0
    log = sandbox.read("server.log")
    assert "the handler has ended: cancelled" in log and log.rstrip().endswith("the server has ended"), log
    assert clients[0].recv(100) == b""
    for one in clients:
        one.close()


def main():
    sandbox.enter("curl")
    program = os.path.abspath(sys.argv[1])
    big = sandbox.path("big")
    with open(big, "wb") as file:
        file.write(random.randbytes(3_000_000))
    server = sandbox.start("server", program, "serve", str(PORT))
    sandbox.wait_for_port(PORT)
    curl_understands_it(big)
    large_bodies_are_refused_in_words()
    python_understands_it()
    what_is_no_http_is_refused()
    too_many_are_turned_away()
    events_are_streamed(program)
    our_client_understands_others(program, big)
    it_stops_with_clients_on_it(server)
    print("ok")


main()
