#!/usr/bin/env python3
"""Cuts the power of a mounted file system, as far as that can be done without a machine to switch off.

Reads commands from its input, one a line, and answers each with one line:

  run DIRECTORY    the power is on; DIRECTORY is in the root of the file system
  cut SEED FLUSH   writes random ranges of the files back, and shuts the file system down: nothing that is not on the device by then gets
                   there any more, and every call fails. FLUSH is 1 to write the journal of the file system back first, 0 not to
  off              lets go of a file system that is to be unmounted without a cut
  free DEVICE      waits until nobody has the device mounted, for at most a minute

While the power is on, it now and then writes a range back, as a system does that is short of memory. The kernel writes whole folios back, and
one that was written by a single call may be as large as a segment. So what is clean is dropped from memory all the time: what is written next
is in pages of its own.
"""
import ctypes
import errno
import fcntl
import os
import random
import struct
import sys
import threading
import time

PAGE = 4096
SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), of xfs and ext4 alike
FLUSH_JOURNAL, NO_FLUSH = 1, 2
WAIT_BEFORE_WRITE_AND_WAIT_AFTER = 7

libc = ctypes.CDLL(None, use_errno=True)
libc.sync_file_range.argtypes = [ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint]


def with_file(path, action):
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return  # renamed or deleted since it was listed
    try:
        action(descriptor)
    except OSError:
        pass  # shut down meanwhile
    finally:
        os.close(descriptor)


def files(directory):
    try:
        return [os.path.join(directory, name) for name in sorted(os.listdir(directory)) if name != "wal.lock"]
    except OSError:
        return []


def write_back_some(directory, chance, lottery):
    """Of each file nothing, everything, or each page by chance."""
    for path in files(directory):
        share = lottery.choice((0.0, 0.0, 1.0, lottery.random(), lottery.random()))

        def write_back(descriptor):
            pages = (os.fstat(descriptor).st_size + PAGE - 1) // PAGE
            for page in range(pages):
                if lottery.random() < share:
                    libc.sync_file_range(descriptor, page * PAGE, PAGE, WAIT_BEFORE_WRITE_AND_WAIT_AFTER)

        if lottery.random() < chance:
            with_file(path, write_back)


def forget_what_is_clean(directory):
    for path in files(directory):
        with_file(path, lambda descriptor: os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED))


def keep_busy(directory, ended):
    lottery = random.Random()
    while not ended.wait(0.004):
        forget_what_is_clean(directory)
        if lottery.random() < 0.02:
            write_back_some(directory, 0.2, lottery)


class Running:
    """A file system whose power is on."""

    def __init__(self, directory):
        self.directory = directory
        self.root = os.open(os.path.dirname(directory), os.O_RDONLY)
        self.ended = threading.Event()
        self.worker = threading.Thread(target=keep_busy, args=(directory, self.ended), daemon=True)
        self.worker.start()

    def cut(self, seed, flush):
        lottery = random.Random(seed)
        if lottery.random() < 0.8:
            write_back_some(self.directory, 1.0, lottery)
        fcntl.ioctl(self.root, SHUTDOWN, struct.pack("I", FLUSH_JOURNAL if flush else NO_FLUSH))

    def off(self):
        self.ended.set()
        self.worker.join()
        os.close(self.root)


def await_free(device):
    """Whoever makes a mount namespace at this moment, as an engine of containers does, has the file system mounted there for a while, and it would
    come back shut down as it is."""
    for _ in range(6000):
        try:
            os.close(os.open(device, os.O_RDONLY | os.O_EXCL))
            return
        except OSError as e:
            if e.errno != errno.EBUSY:
                raise
            time.sleep(0.01)


def main():
    running = None
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "run":
            running = Running(arguments[0])
        elif command == "cut":
            running.cut(int(arguments[0]), arguments[1] == "1")
        elif command == "free":
            await_free(arguments[0])
        if command in ("cut", "off"):
            running.off()
        print(command, flush=True)


main()
