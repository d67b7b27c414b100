"""Inputs from a fixed recurrence, and tensors as JSON."""

import json
import math
import pathlib
import zlib

import torch


class Source:
    """Short decimal fractions without ties, the same for the same name for ever (a 31-bit Lehmer recurrence)."""

    def __init__(self, name):
        self.state = zlib.crc32(name.encode()) % 2147483646 + 1

    def next(self, bound):
        self.state = self.state * 48271 % 2147483647
        return self.state * bound >> 31

    def permutation(self, n):
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self.next(i + 1)
            order[i], order[j] = order[j], order[i]
        return order

    def real(self, *shape, low=-2.0, high=2.0):
        """Distinct multiples of 1/64 or finer, spread over [low, high): exact in float32."""
        n = math.prod(shape)
        step = 2.0 ** math.floor(math.log2((high - low) / max(n, 256)))
        slots = int((high - low) / step)
        values = [low + step * ((p * slots) // max(n, 1)) for p in self.permutation(n)]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    def integers(self, *shape, low=0, high=10):
        n = math.prod(shape)
        return torch.tensor([low + self.next(high - low) for _ in range(n)], dtype=torch.int64).reshape(shape)


def number(v):
    if isinstance(v, (bool, int)):
        return v
    if math.isnan(v):
        return "NaN"
    if math.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return int(v) if v == int(v) and abs(v) < 1e15 and not (v == 0 and math.copysign(1, v) < 0) else v


def tensor(t):
    t = t.detach()
    wide = t.double() if t.dtype in (torch.float16, torch.bfloat16) else t
    if t.dtype == torch.float32:   # the shortest digits that give the same float back
        flat = [float(str(v)) if math.isfinite(v) else float(v) for v in t.reshape(-1).numpy()]
    else:
        flat = wide.reshape(-1).tolist()
    return {"dtype": str(t.dtype).removeprefix("torch."), "shape": list(t.shape), "data": [number(v) for v in flat]}


def tensors(named):
    return {k: tensor(v) for k, v in named.items() if v is not None}


def write(file, cases):
    """One case a line, so that a change shows as the lines of the cases it touches."""
    path = pathlib.Path(__file__).parent / file
    lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases)
    path.write_text("[\n" + lines + "\n]\n")
    print(f"{file}: {len(cases)} cases, {path.stat().st_size / 1024:.0f} KiB")
