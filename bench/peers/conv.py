"""
The convolutions and poolings of `Fathom.Bench conv` in PyTorch: ms (GFLOP/s), best of many. usage: conv.py [threads ...]
With --serve it is the other side of `Fathom.Bench peer`: a line of threads, seconds and shape in, median seconds of the three passes out.
"""
import sys
import time

import torch
import torch.nn.functional as F

# n, c, size, k, kernel, stride, pad, groups; kept in step with ../Fathom.Bench/ConvBench.cs
CASES = [
    (128, 1, 28, 6, 5, 1, 2, 1), (128, 6, 14, 16, 5, 1, 0, 1),
    (32, 64, 24, 64, 3, 1, 1, 1), (32, 128, 12, 128, 3, 1, 1, 1), (32, 256, 6, 256, 3, 1, 1, 1), (32, 512, 3, 512, 3, 1, 1, 1),
    (32, 64, 24, 128, 3, 2, 1, 1), (32, 64, 24, 64, 1, 1, 0, 1), (32, 64, 24, 128, 1, 2, 0, 1),
    (32, 128, 24, 128, 3, 1, 1, 8), (32, 64, 24, 64, 3, 1, 1, 64),
    (32, 3, 96, 64, 7, 2, 3, 1), (16, 64, 56, 64, 3, 1, 1, 1),
]
POOLS = [(128, 6, 28, 2, 2, 0), (128, 16, 10, 2, 2, 0), (32, 64, 48, 3, 2, 1)]


def best(work):
    start = time.perf_counter()
    while time.perf_counter() - start < 0.1:
        work()
    result, start = float("inf"), time.perf_counter()
    for _ in range(200):
        if time.perf_counter() - start > 1:
            break
        t = time.perf_counter()
        work()
        result = min(result, time.perf_counter() - t)
    return result


def gradient(y, x):
    gy = torch.ones_like(y)
    return best(lambda: torch.autograd.grad(y, x, gy, retain_graph=True))


def median(work, budget):
    start = time.perf_counter()
    while True:
        work()
        if time.perf_counter() - start >= budget / 5:
            break
    times, start = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - start < budget:
        t = time.perf_counter()
        work()
        times.append(time.perf_counter() - t)
    return sorted(times)[len(times) // 2]


def passes(budget, n, c, size, k, r, s, p, g, order):
    """Median seconds of forward pass, input gradient and weight gradient with images and weights in a memory order."""
    x, w = torch.rand(n, c, size, size).to(memory_format=order), torch.rand(k, c // g, r, r).to(memory_format=order)
    gy = torch.rand(F.conv2d(x, w, None, s, p, 1, g).shape).to(memory_format=order)
    geometry = [s, s], [p, p], [1, 1], False, [0, 0], g

    def gradient(*mask):
        return median(lambda: torch.ops.aten.convolution_backward(gy, x, w, None, *geometry, mask), budget)

    return median(lambda: F.conv2d(x, w, None, s, p, 1, g), budget), gradient(True, False, False), gradient(False, True, False)


if sys.argv[1:] == ["--serve"]:
    torch.set_grad_enabled(False)
    for line in sys.stdin:
        threads, budget, *shape = line.split()
        torch.set_num_threads(int(threads))
        shape = [int(v) for v in shape]
        orders = [passes(float(budget), *shape, order) for order in (torch.contiguous_format, torch.channels_last)]
        print(*[min(pair) for pair in zip(*orders)], flush=True)
    sys.exit()

for threads in [int(t) for t in sys.argv[1:]] or [1, 2]:
    torch.set_num_threads(threads)
    print(f"PyTorch {torch.__version__}, threads {threads}")
    for n, c, size, k, r, s, p, g in CASES:
        x, w = torch.rand(n, c, size, size), torch.rand(k, c // g, r, r)
        with torch.no_grad():
            forward = best(lambda: F.conv2d(x, w, None, s, p, 1, g))
        x.requires_grad_()
        gx = gradient(F.conv2d(x, w, None, s, p, 1, g), x)
        x.requires_grad_(False)
        w.requires_grad_()
        y = F.conv2d(x, w, None, s, p, 1, g)
        gw = gradient(y, w)
        flops = 2 * y.numel() * (c // g) * r * r
        rates = "  ".join(f"{name} {t * 1e3:8.3f} ({flops / t / 1e9:4.0f})" for name, t in [("forward", forward), ("input gradient", gx), ("weight gradient", gw)])
        print(f"{f'conv {n},{c},{size} -> {k} {r}x{r} s{s} p{p} g{g}':36} {rates}", flush=True)
    for n, c, size, r, s, p in POOLS:
        x = torch.rand(n, c, size, size)
        line = []
        for name, pool in [("max", F.max_pool2d), ("average", F.avg_pool2d)]:
            with torch.no_grad():
                forward = best(lambda: pool(x, r, s, p))
            x.requires_grad_()
            line.append(f"{name} {forward * 1e3:.3f} gradient {gradient(pool(x, r, s, p), x) * 1e3:.3f}")
            x.requires_grad_(False)
        print(f"{f'pool {n},{c},{size} {r}x{r} s{s} p{p}':36} {'  '.join(line)}", flush=True)
