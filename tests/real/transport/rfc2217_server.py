#!/usr/bin/python3
"""rfc2217_server.py PORT [TTY]: one connection after another on 127.0.0.1, served by pyserial's RFC 2217 PortManager on a terminal, or
on a loop:// port, which echoes what is typed. Prints what SET commands made of the port on standard error."""
import socket
import sys
import termios
import threading

import serial
import serial.rfc2217


class PseudoTerminal(serial.Serial):
    """It has 8 bits and no parity for ever and no modem lines, and says so by errors. Else it does as it is told."""
    cts = dsr = ri = cd = property(lambda self: False)

    def _reconfigure_port(self, force_update=False):
        try:
            super()._reconfigure_port(force_update)
        except termios.error:
            pass


class Connection:
    def __init__(self, client):
        self.client = client
        self.lock = threading.Lock()
        if len(sys.argv) > 2:
            self.port = PseudoTerminal(sys.argv[2], timeout=0.05)
        else:
            self.port = serial.serial_for_url("loop://", timeout=0.05)
        self.manager = serial.rfc2217.PortManager(self.port, self)
        self.open = True

    def write(self, data):
        with self.lock:
            self.client.sendall(data)

    def from_port(self):
        while self.open:
            data = self.port.read(max(1, self.port.in_waiting))
            if data:
                self.write(b"".join(self.manager.escape(data)))

    def serve(self):
        reader = threading.Thread(target=self.from_port, daemon=True)
        reader.start()
        while True:
            data = self.client.recv(1024)
            if not data:
                break
            self.port.write(b"".join(self.manager.filter(data)))
            print(self.port.baudrate, self.port.bytesize, self.port.parity, self.port.stopbits, file=sys.stderr, flush=True)
        self.open = False
        reader.join()
        self.port.close()


with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(sys.argv[1])))
    listener.listen(1)
    while True:
        with listener.accept()[0] as accepted:
            try:
                Connection(accepted).serve()
            except OSError:
                pass
