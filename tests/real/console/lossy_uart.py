#!/usr/bin/env python3
"""lossy_uart.py PORT STATISTICS FIFO MICROSECONDS COMMAND...: a program on a terminal behind a UART without flow control, as a line on
127.0.0.1:PORT. The UART takes a character out of its FIFO each MICROSECONDS; what arrives while the FIFO is full is lost. The program
stays when the client goes, as the console of a device does. At SIGTERM the numbers of characters taken and lost are written."""
import collections
import os
import pty
import select
import signal
import socket
import struct
import sys
import termios
import time
from fcntl import ioctl


class Fifo:
    def __init__(self, size, seconds):
        self.size = size
        self.each = seconds
        self.waiting = collections.deque()  # characters, and when they are taken out
        self.last = 0.0
        self.taken = self.lost = 0

    def put(self, arrived):
        now = time.monotonic()
        for byte in arrived:
            if len(self.waiting) == self.size:
                self.lost += 1
                continue
            self.last = max(self.last, now) + self.each
            self.waiting.append((byte, self.last))

    def take(self):
        now = time.monotonic()
        out = bytearray()
        while self.waiting and self.waiting[0][1] <= now:
            out.append(self.waiting.popleft()[0])
        self.taken += len(out)
        return bytes(out)

    def patience(self):
        return max(0.0, self.waiting[0][1] - time.monotonic()) if self.waiting else None


def start(command):
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 80, 0, 0))
    return terminal


def main():
    port, statistics, size, microseconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    fifo = Fifo(size, microseconds / 1e6)

    def end(*_):
        with open(statistics, "w", encoding="ascii") as file:
            file.write(f"{fifo.taken} {fifo.lost}\n")
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    terminal = start(sys.argv[5:])
    listener = socket.create_server(("127.0.0.1", port))
    client = None
    while True:
        ready = select.select([terminal, client or listener], [], [], fifo.patience())[0]
        if listener in ready:
            client = listener.accept()[0]
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if client in ready:
            try:
                arrived = client.recv(4096)
            except ConnectionError:
                arrived = b""
            os.write(terminal, fifo.take())
            fifo.put(arrived)
            if not arrived:
                client.close()
                client = None
        os.write(terminal, fifo.take())
        if terminal in ready:
            said = os.read(terminal, 4096)
            if client:
                client.sendall(said)


main()
