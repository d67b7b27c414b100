"""How tensors print. A case gives the tensor, or for the large ones the range that fills it, and the text.

dtype names stand as PyTorch writes them (dtype=torch.int64).
"""

import math

import torch

from encoding import tensor

INF, NAN = math.inf, math.nan
F32, F64 = torch.float32, torch.float64


def given(name, data, dtype=F32, requires_grad=False):
    t = torch.tensor(data, dtype=dtype).requires_grad_(requires_grad)
    return {"name": name, "tensor": tensor(t), "requires_grad": requires_grad, "text": repr(t)}


def empty(shape, dtype=F32):
    t = torch.zeros(shape, dtype=dtype)
    return {"name": f"empty {tuple(shape)} {dtype}", "tensor": tensor(t), "requires_grad": False, "text": repr(t)}


def ranged(shape, dtype=F32, scale=1, start=0):
    """start + scale * i for the i-th element, computed in dtype."""
    t = (torch.arange(math.prod(shape), dtype=dtype) * scale + start).reshape(shape)
    return {"name": f"range {tuple(shape)} {t.dtype} times {scale} from {start}", "range": {"shape": list(shape), "dtype": str(t.dtype).removeprefix("torch."), "scale": scale, "start": start},
            "requires_grad": False, "text": repr(t)}


def cases():
    grid = [[0., 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    eighth = 162754.7969
    return [
        given("whole numbers", list(range(12))), given("matrix", grid), given("matrix of fractions", [[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]), given("negative whole numbers", [-1., 2, -30]),
        given("cube", [[[0.] * 4] * 3] * 2), given("one element", [3.5]), given("0-d", 3.0), given("0-d fraction", 1.5), given("0-d negative", -0.25), given("0-d long fraction", 1.4978662),
        given("mixed magnitudes", [eighth, 2980.9580, 22026.4648, 59874.1406]), given("wraps at 80 columns", [eighth] * 8 + [2980.9580, 8103.0840, 22026.4648, 59874.1406]),
        given("fractions", [0.5748, 0.4082, -1.1605, -1.5290]), given("rounding to four digits", [0.00005, 0.99995, 1.23456789, 2.5]), given("thirds", [1 / 3, 2 / 3, 1.0]),
        given("scientific: ratio above 1000", [0.001, 1.5, 10000.]), given("scientific: small", [1e-5, 2e-5]), given("scientific: large", [1e9, 1.5]), given("scientific: large whole", [1e9, 2e9]),
        given("scientific: tiny", [1e-30, 1.0]), given("scientific: huge", [1e30, -1e30]), given("not scientific: ratio of 1000", [0.001, 1.0]), given("not scientific: 1e8", [1e8, 1.5e6]), given("0-d small", 1e-6), given("0-d large", 1e10), given("0-d whole million", 1e6),
        given("scientific matrix", [[1e-6, 1.0], [-3.5, 2e4]]), given("zero and small", [0.0, 1e-5]), given("zeros", [0.0, 0.0]), given("negative zero", [-0.0, 1.0]),
        given("nan", [NAN, 1.0]), given("inf", [INF, -INF, 1.5]), given("nan and whole", [NAN, INF, 2.0]), given("all nan", [NAN, NAN]), given("nan in scientific", [NAN, 1e-7, 1.0, -INF]), given("0-d nan", NAN), given("0-d -inf", -INF),
        given("matrix with inf", [[1.0, -INF], [NAN, 100.25]]),
        given("float64", [0.1, 0.2], F64), given("float64 whole", [1.0, 2.0], F64), given("0-d float64", 2.5, F64), given("float16", [0.5, 1.5], torch.float16), given("bfloat16", [0.5, 1.25], torch.bfloat16), given("float64 matrix", [[1.0, 2.5], [1e6, 3.0]], F64),
        given("float16 rounded", [0.1, 1000.5], torch.float16),
        given("int64", [2, 1, 4, 3], torch.int64), given("int64 matrix", [[2, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]], torch.int64), given("int64 widths", [[1, 100], [-20, 3]], torch.int64), given("int64 negative", [-1, 10], torch.int64),
        given("0-d int64", 2, torch.int64), given("int32", [1, 2], torch.int32), given("uint8", [[0, 255], [7, 16]], torch.uint8), given("int64 extremes", [2 ** 63 - 1, -2 ** 63], torch.int64),
        given("bool", [True, False], torch.bool), given("bool all true", [True, True, True, True], torch.bool), given("bool matrix", [[True, False], [False, False]], torch.bool), given("0-d bool", True, torch.bool),
        given("requires grad", [0., 1, 2, 3], F32, True), given("requires grad float64", [[0.5]], F64, True), given("0-d requires grad", 28.0, F32, True), given("requires grad, many", [[0.125] * 9] * 2, F32, True),
        given("requires grad pushed to a new line", [0.123, 0.456, 0.789, 0.1, 0.2, 0.3, 0.4, 0.5], F64, True), given("four axes", [[[[1., 2], [3, 4]], [[5, 6], [7, 8]]], [[[9, 10], [11, 12]], [[13, 14], [15, 16]]]]),
        given("bool wraps", [[True, False] * 10] * 2, torch.bool), given("int64 wraps", [list(range(1000, 1030))], torch.int64), given("column", [[1.], [2.], [3.]]), given("row in two axes", [[1.5, -2.25, 3.0]]),
        empty((0,)), empty((0, 3)), empty((2, 0)), empty((0,), torch.int64), empty((0, 2), torch.int64), empty((0,), F64), empty((0,), torch.bool), empty((1, 0, 2), F64),
        ranged((1000,)), ranged((1001,)), ranged((2000,), scale=0.5), ranged((100, 100)), ranged((1001,), torch.int64), ranged((40, 50), torch.int64, -3, 7), ranged((7, 200), scale=0.001), ranged((2, 3, 400)), ranged((300, 2, 2)), ranged((6, 6, 6, 6)),
        ranged((5, 5, 50)), ranged((10, 101), F64, 1e-7), ranged((1001,), F64, 1e5), ranged((20, 60), torch.uint8), ranged((10, 10)), ranged((3, 20)), ranged((30,), F64, 0.1), ranged((1, 1200)), ranged((1200, 1)),
    ]
