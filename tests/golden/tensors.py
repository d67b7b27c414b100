"""Tensor functions: inputs, outputs and, where the function is differentiable, gradients pulled back from `gy`.

The operation and its arguments are named as in PyTorch; a case is found by its name, which is unique.
"""

import torch

from encoding import Source, number, tensor


def case(name, op, f, *inputs, gradients=True, **args):
    leaves = [x.clone().requires_grad_(gradients and x.is_floating_point()) for x in inputs]
    outputs = f(*leaves)
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
    result = {"name": name, "op": op, "args": args, "inputs": [tensor(x) for x in inputs], "outputs": [tensor(y) for y in outputs]}
    if outputs[0].requires_grad:
        gy = Source(name).real(*outputs[0].shape, low=-1, high=1).to(outputs[0].dtype)
        outputs[0].backward(gy)
        result["gy"] = tensor(gy)
        result["gradients"] = [None if x.grad is None else tensor(x.grad) for x in leaves]
    return result


def called(op, x, gradients=True, **args):
    """The function of that name with keyword arguments."""
    name = " ".join([op] + [f"{k} {v}" for k, v in args.items()] + ["on", str(tuple(x.shape))])
    return case(name, op, lambda t: getattr(torch, op)(t, **args), x, gradients=gradients, **args)


def reductions():
    s = Source("reductions")
    x = s.real(2, 3, 4)
    for op in ("sum", "mean"):
        yield called(op, x)
        for axes in ([0], [1], [2], [0, 2], [1, 2], [-1, 0]):
            yield called(op, x, dim=axes)
        yield called(op, x, dim=[0, 2], keepdim=True)
    yield called("prod", x)
    yield called("prod", x, dim=1)
    yield called("prod", x, dim=-1, keepdim=True)
    one_zero = torch.tensor([[1., 2, 0, 4], [3, 5, 2, 2], [0, 0, 1, 2]]).double()
    yield case("prod of rows with no, one and two zeros", "prod", lambda t: t.prod(1), one_zero, dim=1)
    yield case("prod with two zeros", "prod", lambda t: t.prod(), one_zero[0:3:2])
    yield case("prod with one zero", "prod", lambda t: t.prod(), one_zero[0])
    for op in ("max", "min"):
        yield called(op, x)
        yield called(op, x, dim=1)
        yield called(op, x, dim=-1, keepdim=True)
        yield called("a" + op, x, dim=[0, 2])
    ties = torch.tensor([[1., 3, 3], [2, 2, 2]]).double()
    yield case("max of all with ties: the gradient is shared", "max", lambda t: t.max(), ties)
    yield case("amax with ties: the gradient is shared", "amax", lambda t: t.amax(1), ties, dim=1)
    yield case("max along an axis with ties: the first wins", "max", lambda t: t.max(1), ties, dim=1)
    nan = torch.tensor([[1., float("nan"), 3], [4, 5, 2]]).double()
    yield case("max along an axis with nan", "max", lambda t: t.max(1), nan, gradients=False, dim=1)
    yield case("sum with nan", "sum", lambda t: t.sum(0), nan, gradients=False, dim=0)
    for op in ("argmax", "argmin"):
        yield called(op, x)
        yield called(op, x, dim=0)
        yield called(op, x, dim=2, keepdim=True)
    for op in ("var", "std"):
        for args in ({}, {"unbiased": False}):
            yield called(op, x, **args)
        for correction in (0, 1, 2):
            yield called(op, x, dim=[1], correction=correction)
        yield called(op, x, dim=[0, 2], correction=1, keepdim=True)
    yield case("var of one element is nan", "var", lambda t: t.var(), torch.tensor([2.]).double(), gradients=False)
    inf = float("inf")
    for p in (2, 1, 3, 0.5, 0, inf, -inf):
        yield case(f"norm p {p}", "norm", lambda t: torch.linalg.vector_norm(t, p), x, gradients=p != 0, p=number(float(p)))
        yield case(f"norm p {p} axes 1, 2", "norm", lambda t: torch.linalg.vector_norm(t, p, dim=(1, 2)), x, gradients=p != 0, p=number(float(p)), dim=[1, 2])
    yield case("norm of zeros", "norm", lambda t: t.norm(), torch.zeros(3).double())
    for dim in (0, 1, -1):
        yield called("cumsum", x, dim=dim)
    yield called("cumprod", s.real(2, 4, low=0.5, high=2), dim=1)
    yield called("logsumexp", x, dim=[1])
    yield called("logsumexp", x, dim=[0, 2], keepdim=True)
    extreme = torch.tensor([[1e4, 1e4, 0.], [-1e4, -1e4, -2e4], [-inf, -inf, -inf], [inf, 0, 1]]).double()
    yield case("logsumexp of extremes", "logsumexp", lambda t: t.logsumexp(1), extreme, gradients=False, dim=1)
    b = s.integers(3, 4, high=3) > 0
    for op in ("any", "all"):
        yield called(op, b)
        yield called(op, b, dim=0)
        yield called(op, b, dim=1, keepdim=True)
    yield case("count_nonzero", "count_nonzero", lambda t: t.count_nonzero(1), s.integers(3, 4, high=3), dim=1)
    for dtype in (torch.bool, torch.uint8, torch.int32, torch.int64):
        ints = s.integers(2, 3, high=2 if dtype == torch.bool else 200).to(dtype)
        for op in ("sum", "prod"):
            yield case(f"{op} of {ints.dtype}".replace("torch.", ""), op, lambda t: getattr(torch, op)(t, dim=1), ints, dim=1)
    empty = torch.zeros(0, 3).double()
    for op in ("sum", "mean", "prod"):
        yield case(f"{op} of none along 0", op, lambda t: getattr(torch, op)(t, dim=0), empty, gradients=False, dim=0)


def ordering():
    s = Source("ordering")
    x = s.real(3, 5)
    repeats = s.integers(3, 6, high=4)
    for descending in (False, True):
        yield case(f"sort descending {descending}", "sort", lambda t: torch.sort(t, dim=-1, descending=descending), x, dim=-1, descending=descending)
        yield case(f"sort axis 0 descending {descending}", "sort", lambda t: torch.sort(t, dim=0, descending=descending), x, dim=0, descending=descending)
        yield case(f"stable sort of repeats descending {descending}", "sort", lambda t: torch.sort(t, dim=1, descending=descending, stable=True), repeats, dim=1, descending=descending, stable=True)
    nan = torch.tensor([2., float("nan"), -1, float("inf"), float("-inf")]).double()
    yield case("sort with nan last", "sort", lambda t: torch.sort(t, stable=True), nan, gradients=False)
    yield case("argsort", "argsort", lambda t: torch.argsort(t, dim=1), x, dim=1)
    for k, largest, dim in ((2, True, -1), (3, False, -1), (1, True, 0)):
        yield case(f"topk {k} largest {largest} axis {dim}", "topk", lambda t: torch.topk(t, k, dim=dim, largest=largest), x, k=k, largest=largest, dim=dim)
    yield case("unique with inverse and counts", "unique", lambda t: torch.unique(t, return_inverse=True, return_counts=True), repeats, return_inverse=True, return_counts=True)
    yield case("unique of floats", "unique", lambda t: torch.unique(t), torch.tensor([2.5, -1, 2.5, 0, -1]).double(), gradients=False)
    yield case("kthvalue", "kthvalue", lambda t: torch.kthvalue(t, 2, dim=1), x, k=2, dim=1)
    yield case("median", "median", lambda t: torch.median(t, dim=1), x, dim=1)


def algebra():
    s = Source("algebra")
    forms = [
        ("ij,jk->ik", (2, 3), (3, 4)), ("ij,kj->ik", (2, 3), (4, 3)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)), ("i,i->", (4,), (4,)), ("i,j->ij", (3,), (2,)),
        ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ij->i", (2, 3)), ("ij->j", (2, 3)), ("ii->", (3, 3)), ("ii->i", (3, 3)), ("ij,ij->ij", (2, 3), (2, 3)), ("ij,ij->", (2, 3), (2, 3)),
        ("bhqd,bhkd->bhqk", (2, 2, 3, 2), (2, 2, 4, 2)), ("bn,anm,bm->ba", (2, 3), (2, 3, 2), (2, 2)), ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
        ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)), ("ij,jk", (2, 3), (3, 2)), ("ijk->kji", (2, 3, 2)), ("bij,j->bi", (2, 2, 3), (3,)),
    ]
    for form, *shapes in forms:
        yield case(f"einsum {form}", "einsum", lambda *t: torch.einsum(form, *t), *[s.real(*shape) for shape in shapes], equation=form)
    for a, b in (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 2, 3), (2, 3, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((2, 2, 3), (3,)), ((3,), (2, 3, 2)), ((2, 2, 3), (3, 2))):
        yield case(f"matmul {a} {b}", "matmul", torch.matmul, s.real(*a), s.real(*b))
    yield case("dot", "dot", torch.dot, s.real(5), s.real(5))
    yield case("outer", "outer", torch.outer, s.real(3), s.real(2))
    yield case("trace", "trace", torch.trace, s.real(3, 4))
    yield case("matmul of int64", "matmul", torch.matmul, s.integers(2, 3), s.integers(3, 2))
    for op in ("tril", "triu"):
        for k in (0, 1, -1):
            yield case(f"{op} diagonal {k}", op, lambda t: getattr(torch, op)(t, k), s.real(3, 4), diagonal=k)


def elementwise():
    s = Source("elementwise")
    anywhere = ["exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc", "atan", "asinh", "abs", "neg", "square", "sigmoid", "expm1", "relu", "sign", "floor", "ceil", "round", "trunc", "exp2"]
    for op in anywhere:
        yield called(op, torch.cat([s.real(11), torch.zeros(1).double()]))
    positive = ["log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "lgamma", "digamma"]
    for op in positive:
        yield called(op, s.real(12, low=0.0625, high=4))
    for op in ("asin", "acos", "atanh"):
        yield called(op, s.real(9, low=-0.96875, high=0.96875))
    yield called("acosh", s.real(6, low=1.125, high=3))
    yield case("round halves to even", "round", torch.round, torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]).double(), gradients=False)
    special = torch.tensor([float("nan"), float("inf"), float("-inf"), 0., -0., 1e300, -1e300, 1e-300]).double()
    for op in anywhere + ["log", "sqrt", "log1p", "reciprocal"]:
        yield case(f"{op} of special values", op, getattr(torch, op), special, gradients=False)
    a, b = s.real(3, 4), s.real(3, 4)
    for op in ("add", "sub", "mul", "div", "maximum", "minimum", "atan2"):
        yield case(op, op, getattr(torch, op), a, b)
    for sa, sb in (((3, 1), (1, 4)), ((2, 1, 3), (4, 1)), ((), (2, 3)), ((1,), (2, 3)), ((0, 3), (1, 3))):
        yield case(f"mul broadcast {sa} {sb}", "mul", torch.mul, s.real(*sa), s.real(*sb))
    tied = torch.tensor([1., 2, 3]).double()
    for op in ("maximum", "minimum"):
        yield case(f"{op} of equals: half the gradient each", op, getattr(torch, op), tied, tied.clone())
    yield case("pow of tensors", "pow", torch.pow, s.real(6, low=0.25, high=3), s.real(6))
    yield case("pow at base 0", "pow", torch.pow, torch.zeros(3).double(), torch.tensor([0., 1., 2.]).double())
    for p in (2, 3, 0.5, -1, 0, 1, -2.5):
        x = s.real(5, low=0.25, high=3)
        yield case(f"pow {p}", "pow", lambda t: t ** p, x, exponent=p)
    yield case("pow of negatives, exponent 3", "pow", lambda t: t ** 3, torch.tensor([-2., -0.5, 0.]).double(), exponent=3)
    yield case("scalar to a power", "rpow", lambda t: 2 ** t, s.real(5), base=2)
    yield case("clamp", "clamp", lambda t: t.clamp(-0.5, 1), s.real(8), min=-0.5, max=1)
    yield case("clamp at its bounds", "clamp", lambda t: t.clamp(-1, 1), torch.tensor([-2., -1, 0, 1, 2]).double(), min=-1, max=1)
    yield case("where", "where", torch.where, s.integers(3, 4, high=2) > 0, s.real(3, 4), s.real(4))
    ints, divisors = torch.tensor([7, -7, 7, -7, 0]), torch.tensor([2, 2, -2, -2, 3])
    yield case("true division of int64", "div", torch.div, ints, divisors)
    yield case("floor division of int64", "floor_divide", lambda x, y: torch.div(x, y, rounding_mode="floor"), ints, divisors)
    yield case("truncating division of int64", "trunc_divide", lambda x, y: torch.div(x, y, rounding_mode="trunc"), ints, divisors)
    yield case("remainder of int64", "remainder", torch.remainder, ints, divisors)
    yield case("remainder", "remainder", torch.remainder, torch.tensor([5.5, -5.5, 5.5, -5.5]).double(), torch.tensor([2., 2, -2, -2]).double(), gradients=False)
    yield case("fmod", "fmod", torch.fmod, torch.tensor([5.5, -5.5, 5.5, -5.5]).double(), torch.tensor([2., 2, -2, -2]).double(), gradients=False)
    nan = torch.tensor([1., float("nan"), 3]).double()
    yield case("maximum with nan", "maximum", torch.maximum, nan, torch.tensor([2., 2, float("nan")]).double(), gradients=False)
    for op in ("eq", "ne", "lt", "le", "gt", "ge"):
        yield case(op, op, getattr(torch, op), torch.tensor([1., 2, 3, float("nan")]).double(), torch.tensor([2., 2, 2, float("nan")]).double(), gradients=False)
    for op in ("logical_and", "logical_or", "logical_xor"):
        yield case(op, op, getattr(torch, op), torch.tensor([True, True, False, False]), torch.tensor([True, False, True, False]))
    yield case("logical_not", "logical_not", torch.logical_not, torch.tensor([0., 1, -2]).double(), gradients=False)
    yield case("uint8 wraps", "add", torch.add, torch.tensor([250, 3], dtype=torch.uint8), torch.tensor([10, 255], dtype=torch.uint8))
    yield case("int32 wraps", "mul", torch.mul, torch.tensor([2 ** 30, -3], dtype=torch.int32), torch.tensor([4, 5], dtype=torch.int32))
    yield case("float64 to int64 truncates", "cast", lambda t: t.long(), torch.tensor([-2.7, -0.5, 0.5, 2.7]).double(), gradients=False, dtype="int64")
    halves = torch.tensor([1.0, 0.1, 65504, 1e-7, 3.14159, -2049.0])
    for dtype in (torch.float16, torch.bfloat16):
        name = str(dtype).removeprefix("torch.")
        yield case(f"float32 to {name} and back", "cast", lambda t: t.to(dtype).float(), halves, gradients=False, dtype=name)


def joining_and_moving():
    s = Source("moving")
    x = s.real(2, 3, 4)
    yield case("cat axis 0", "cat", lambda *t: torch.cat(t, 0), s.real(2, 3), s.real(1, 3), dim=0)
    yield case("cat axis -1", "cat", lambda *t: torch.cat(t, -1), s.real(2, 3), s.real(2, 1), s.real(2, 2), dim=-1)
    yield case("cat promotes", "cat", lambda *t: torch.cat(t, 0), s.integers(2), s.real(2), gradients=False, dim=0)
    for dim in (0, 1, -1):
        yield case(f"stack axis {dim}", "stack", lambda *t: torch.stack(t, dim), s.real(2, 3), s.real(2, 3), dim=dim)
    yield case("split by 2", "split", lambda t: torch.split(t, 2, 2), s.real(2, 3, 5), split_size_or_sections=2, dim=2)
    yield case("split by sizes", "split", lambda t: torch.split(t, [1, 3, 1], 1), s.real(2, 5), split_size_or_sections=[1, 3, 1], dim=1)
    yield case("chunk in 3", "chunk", lambda t: torch.chunk(t, 3, 0), s.real(7, 2), chunks=3, dim=0)
    yield case("repeat", "repeat", lambda t: t.repeat(2, 1, 3), s.real(2, 2), repeats=[2, 1, 3])
    yield case("tile", "tile", lambda t: t.tile(2), s.real(2, 2), dims=[2])
    yield case("repeat_interleave", "repeat_interleave", lambda t: t.repeat_interleave(2, 1), s.real(2, 2), repeats=2, dim=1)
    yield case("flip", "flip", lambda t: t.flip(0, 2), x, dims=[0, 2])
    yield case("roll", "roll", lambda t: t.roll((1, -1), (0, 2)), x, shifts=[1, -1], dims=[0, 2])
    yield case("roll of the flattened", "roll", lambda t: t.roll(2), s.real(2, 3), shifts=2)
    pad = torch.nn.functional.pad
    yield case("pad constant", "pad", lambda t: pad(t, (1, 2, 0, 1), value=0.5), s.real(2, 3), pad=[1, 2, 0, 1], value=0.5)
    yield case("pad negative crops", "pad", lambda t: pad(t, (-1, 1)), s.real(2, 3), pad=[-1, 1])
    yield case("expand", "expand", lambda t: t.expand(2, 3, 4), s.real(3, 1), size=[2, 3, 4])
    yield case("permute", "permute", lambda t: t.permute(2, 0, 1), x, dims=[2, 0, 1])
    yield case("diagonal", "diagonal", lambda t: t.diagonal(), s.real(3, 4))


def indexing():
    s = Source("indexing")
    x = s.real(4, 3, 5)
    m = s.real(4, 5)
    i, j = torch.tensor([0, 3, 3]), torch.tensor([1, 2, -1])
    grid = torch.tensor([[0, 1], [3, 0]])
    mask = torch.tensor([True, False, True, True])
    forms = {
        "x[-1]": lambda t: t[-1], "x[1:3]": lambda t: t[1:3], "x[:, 1:2]": lambda t: t[:, 1:2], "x[::2]": lambda t: t[::2], "x[..., 1::2]": lambda t: t[..., 1::2],
        "x[1, 2, 3]": lambda t: t[1, 2, 3], "x[:, None]": lambda t: t[:, None], "x[..., -1]": lambda t: t[..., -1],
        "x[i]": lambda t: t[i], "x[grid]": lambda t: t[grid], "x[i, j]": lambda t: t[i, j], "x[:, j]": lambda t: t[:, j], "x[i, :, j]": lambda t: t[i, :, j],
        "x[i, 1]": lambda t: t[i, 1], "x[grid, j[:2]]": lambda t: t[grid, j[:2]], "x[:, j, 1:3]": lambda t: t[:, j, 1:3], "x[..., i]": lambda t: t[..., i],
        "x[mask]": lambda t: t[mask], "x[mask, 1]": lambda t: t[mask, 1], "x[mask, j]": lambda t: t[mask, j],
    }
    for form, f in forms.items():
        yield case(form, "index", f, x, form=form, i=i.tolist(), j=j.tolist(), grid=grid.tolist(), mask=mask.tolist())
    yield case("x[m > 0]", "index", lambda t: t[m > 0], m, form="x[m > 0]")
    yield case("x[arange, classes]", "index", lambda t: t[torch.arange(4), torch.tensor([0, 2, 4, 1])], m, form="x[arange, classes]", classes=[0, 2, 4, 1])

    def assigned(statement):
        def f(t, v):
            t = t.clone()
            statement(t, v)
            return t

        return f

    def put(key):
        return assigned(lambda t, v: t.__setitem__(key, v))
    writes = {"x[1] = v": (1, (5,)), "x[1:3] = v": (slice(1, 3), (2, 5)), "x[:, 2] = v": ((slice(None), 2), (4,)), "x[:, ::2] = v": ((slice(None), slice(None, None, 2)), (3,)),
              "x[i, j] = v": ((torch.tensor([0, 3]), torch.tensor([1, 2])), (2,)), "x[mask] = v": (mask, (3, 5)), "x[mask] = scalar": (mask, ())}
    for form, (key, shape) in writes.items():
        yield case(form, "assign", put(key), m, s.real(*shape), form=form, i=[0, 3], j=[1, 2], mask=mask.tolist())
    index = torch.tensor([[0, 1, 1, 0, 2], [2, 0, 1, 2, 1]])
    src = s.real(2, 5)
    for dim in (0, 1):
        yield case(f"gather axis {dim}", "gather", lambda t: t.gather(dim, index), m, dim=dim, index=index.tolist())
        yield case(f"scatter_add axis {dim}", "scatter_add", lambda t, v: t.scatter_add(dim, index, v), m, src, dim=dim, index=index.tolist())
    yield case("index_select", "index_select", lambda t: t.index_select(1, torch.tensor([4, 0, 0])), m, dim=1, index=[4, 0, 0])
    yield case("take_along_dim", "take_along_dim", lambda t: torch.take_along_dim(t, t.argsort(1), 1), m, gradients=False, dim=1)
    yield case("nonzero", "nonzero", torch.nonzero, torch.tensor([[0, 1, 2], [3, 0, 0]]))
    yield case("masked_fill", "masked_fill", lambda t: t.masked_fill(m > 0.5, -1.0), m, value=-1.0)


DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.uint8, torch.bool]


def promotion():
    """Result types of every pair: two tensors with axes, a tensor with a 0-d tensor, and a tensor with a C# literal."""
    name = lambda dtype: str(dtype).removeprefix("torch.")
    table = []
    for a in DTYPES:
        x = torch.ones(1, dtype=a)
        for b in DTYPES:
            y = torch.ones(1, dtype=b)
            table.append([name(a), name(b), name(torch.result_type(x, y)), name(torch.result_type(x, y[0])), name(torch.result_type(x[0], y[0]))])
    literals = []
    for a in DTYPES:
        x = torch.ones(1, dtype=a)
        literals.append([name(a)] + [name(torch.result_type(x, v)) for v in (True, 2, 2.5)])
    division = [[name(a), name((torch.ones(1, dtype=a) / torch.ones(1, dtype=a)).dtype), name(torch.ones(1, dtype=a).sum().dtype)] for a in DTYPES]
    yield {"name": "promotion of tensors", "columns": ["a", "b", "a with axes, b with axes", "a with axes, b 0-d", "both 0-d"], "rows": table}
    yield {"name": "promotion with literals", "columns": ["tensor with axes", "bool", "integer", "real"], "rows": literals}
    yield {"name": "types of division and sum", "columns": ["tensor", "a / a", "sum"], "rows": division}


def creation():
    full = {
        "arange(12.)": torch.arange(12.), "arange(3)": torch.arange(3), "arange(1, 2, 0.3) float64": torch.arange(1, 2, 0.3, dtype=torch.float64), "arange(5, 0, -2)": torch.arange(5, 0, -2),
        "linspace(0, 1, 5)": torch.linspace(0, 1, 5), "linspace(-1, 1, 4) float64": torch.linspace(-1, 1, 4, dtype=torch.float64), "linspace(3, 3, 1)": torch.linspace(3, 3, 1),
        "eye(3)": torch.eye(3), "eye(2, 4)": torch.eye(2, 4), "one_hot([0, 2, 1], 4)": torch.nn.functional.one_hot(torch.tensor([0, 2, 1]), 4), "full((2, 2), 7)": torch.full((2, 2), 7),
    }
    for name, t in full.items():
        yield {"name": name, "op": "create", "outputs": [tensor(t)]}


def second_order():
    """Hessians, vector-Jacobian and Jacobian-vector products of small functions."""
    s = Source("second order")
    functions = {
        "sum sin(x) x^2": lambda x: (x.sin() * x ** 2).sum(), "logsumexp": lambda x: x.logsumexp(0), "prod": lambda x: x.prod(), "norm": lambda x: x.norm(),
        "x . tanh(x)": lambda x: x @ x.tanh(), "log softmax first": lambda x: x.log_softmax(0)[0], "sum x exp(-x^2)": lambda x: (x * (-x ** 2).exp()).sum(),
    }
    for name, f in functions.items():
        x = s.real(4)
        yield {"name": f"hessian of {name}", "op": "hessian", "inputs": [tensor(x)], "outputs": [tensor(f(x)), tensor(torch.autograd.functional.jacobian(f, x)), tensor(torch.autograd.functional.hessian(f, x))]}
    vector = {"softmax": lambda x: x.softmax(0), "cumsum of squares": lambda x: (x ** 2).cumsum(0), "outer with sin": lambda x: torch.outer(x, x.sin()).sum(0)}
    for name, f in vector.items():
        x, u, v = s.real(4), s.real(4), s.real(4)
        yield {"name": f"jacobian of {name}", "op": "jacobian", "inputs": [tensor(x), tensor(u), tensor(v)],
               "outputs": [tensor(torch.autograd.functional.jacobian(f, x)), tensor(torch.autograd.functional.vjp(f, x, u)[1]), tensor(torch.autograd.functional.jvp(f, x, v)[1])]}


def cases():
    groups = [creation(), elementwise(), reductions(), ordering(), algebra(), joining_and_moving(), indexing(), second_order(), promotion()]
    result = [c for g in groups for c in g]
    names = [c["name"] for c in result]
    assert len(set(names)) == len(names), sorted(n for n in names if names.count(n) > 1)
    return result
