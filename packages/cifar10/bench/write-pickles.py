"""Writes the six batches of a cache file as the published pickles: protocol 2, with Python 2's opcodes.

usage: python write-pickles.py path/to/cifar-10-records.bin folder
"""
import os
import struct
import sys

records, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
COUNT = 10000


def short(text):
    return b"U" + bytes([len(text)]) + text.encode("latin1")


def put(memo):
    index = next(memo)
    return b"q" + bytes([index]) if index < 256 else b"r" + struct.pack("<I", index)


def items(values):
    """A list, filled in pieces of 1000 as cPickle does it."""
    return b"".join(b"(" + b"".join(values[i : i + 1000]) + b"e" for i in range(0, len(values), 1000))


def batch(name, labels, pixels):
    memo = iter(range(1, 1 << 32))
    out = [b"\x80\x02}", put(memo), b"(", short("batch_label"), put(memo), short(name), put(memo)]
    out += [short("labels"), put(memo), b"]", put(memo), items([b"K" + bytes([n]) for n in labels])]
    out += [short("data"), put(memo), b"cnumpy.core.multiarray\n_reconstruct\n", put(memo)]
    out += [b"cnumpy\nndarray\n", put(memo), b"K\x00\x85", short("b"), b"\x87R", put(memo)]
    out += [b"(K\x01M", struct.pack("<H", len(labels)), b"M\x00\x0c\x86cnumpy\ndtype\n", put(memo)]
    out += [short("u1"), b"K\x00K\x01\x87R", put(memo), b"(K\x03", short("|"), b"NNN"]
    out += [b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T", struct.pack("<i", len(pixels)), pixels, b"tb"]
    out += [short("filenames"), put(memo), b"]", put(memo)]
    out += [items([short(f"image_s_{i:06d}.png") + put(memo) for i in range(len(labels))]), b"u."]
    return b"".join(out)


with open(records, "rb") as source:
    for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        rows = [source.read(3073) for _ in range(COUNT)]
        data = batch(name, [row[0] for row in rows], b"".join(row[1:] for row in rows))
        with open(os.path.join(folder, name), "wb") as out:
            out.write(data)
