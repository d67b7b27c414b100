"""The matrix products of `Fathom.Bench gemm` in PyTorch: time and GFLOP/s, best of many. usage: gemm.py [threads ...]"""
import sys
import time

import torch

# m, n, k, left transposed, right transposed; kept in step with ../Fathom.Bench/GemmBench.cs
CASES = [
    (512, 512, 512, 0, 0), (1024, 1024, 1024, 0, 0), (1024, 1024, 1024, 0, 1), (1024, 1024, 1024, 1, 0), (2048, 2048, 2048, 0, 0),
    (256, 256, 784, 0, 0), (256, 256, 784, 0, 1), (256, 784, 256, 1, 0), (256, 784, 256, 0, 0),
    (256, 10, 256, 0, 1), (10, 256, 256, 1, 0), (256, 256, 10, 0, 0),
    (256, 10, 784, 0, 1), (128, 10, 512, 0, 1), (128, 10, 84, 0, 1),
    (16, 4096, 6272, 0, 1), (4096, 6272, 16, 1, 0), (16, 6272, 4096, 0, 0), (16, 4096, 4096, 0, 1), (4096, 4096, 16, 1, 0), (16, 4096, 4096, 0, 0),
    (128, 512, 784, 0, 1), (128, 120, 400, 0, 1), (128, 84, 120, 0, 1),
    (16, 256, 784, 0, 1), (16, 256, 784, 0, 0), (4, 256, 784, 0, 1),
    (1, 256, 784, 0, 0), (1, 256, 784, 0, 1), (256, 784, 1, 1, 0),
    (6, 576, 25, 0, 0), (128, 6, 25, 0, 1), (25, 6, 25, 0, 0), (6, 25, 784, 0, 1),
    (128, 128, 128, 0, 0), (64, 64, 64, 0, 0), (32, 32, 32, 0, 0),
]


def best(work):
    start, calls = time.perf_counter(), 0
    while time.perf_counter() - start < 0.1:
        work()
        calls += 1
    repeats, result = max(1, round(0.0002 * calls / 0.1)), float("inf")
    start = time.perf_counter()
    for _ in range(200):
        if time.perf_counter() - start > 1:
            break
        t = time.perf_counter()
        for _ in range(repeats):
            work()
        result = min(result, (time.perf_counter() - t) / repeats)
    return result


for threads in [int(t) for t in sys.argv[1:]] or [1, 2]:
    torch.set_num_threads(threads)
    print(f"PyTorch {torch.__version__}, threads {threads}")
    for m, n, k, ta, tb in CASES:
        a = torch.rand(k, m).t() if ta else torch.rand(m, k)
        b = torch.rand(n, k).t() if tb else torch.rand(k, n)
        y = torch.empty(m, n)
        with torch.no_grad():
            seconds = best(lambda: torch.mm(a, b, out=y))
        name = f"{m}x{n}x{k}{' tA' if ta else ''}{' tB' if tb else ''}"
        print(f"{name:20} {seconds * 1e6:10.1f} us {2 * m * n * k / seconds / 1e9:8.1f} GFLOP/s")
