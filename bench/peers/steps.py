"""The workloads of `fathom bench` in PyTorch: the time of a training step on the CPU, one JSON object a line.

Set-up on Debian 12:  apt-get install --no-install-recommends python3-torch libopenblas0-openmp
    PyTorch runs its own work on OpenMP threads. OpenBLAS in its -pthread form brings a second pool of threads, which fights with the first;
    `update-alternatives --display libblas.so.3-x86_64-linux-gnu` shows which one is in use.
Run:  /usr/bin/python3 bench/peers/steps.py [NAME ...] [--threads N] [--seconds S] [--input CxHxW] [--batch N]

A step is: clear the gradients, forward, cross-entropy, backward, update, on a batch from a pool of four random ones. The first step does not count;
step_ms is the median of the others. peak_rss_mb is the most memory that the process has had so far: for that of one workload, name it alone.
Networks follow Dive into Deep Learning (4.5, 5.2, 7.6, 8.2, 8.6) and Chollet's Deep Learning with Python (2.1), layer for layer as in src/Fathom.Models.
"""
import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn

CLASSES = 10


class Residual(nn.Module):
    """relu(x + f(x)), where x goes through a projection if one is given."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut or nn.Identity()

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet_block(inputs, outputs, shrinks):
    stride = 2 if shrinks else 1
    body = nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs))
    return Residual(body, nn.Conv2d(inputs, outputs, 1, stride) if shrinks else None)


def resnext_block(inputs, outputs, shrinks, group_width=16):
    stride = 2 if shrinks else 1
    body = nn.Sequential(
        nn.Conv2d(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, stride, padding=1, groups=outputs // group_width), nn.BatchNorm2d(outputs), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 1), nn.BatchNorm2d(outputs))
    return Residual(body, nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)) if shrinks else None)


def residual_network(block):
    def build(channels, height, width):
        layers = [nn.Conv2d(channels, 64, 7, stride=2, padding=3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)]
        inputs = 64
        for outputs in (64, 128, 256, 512):
            layers += [block(inputs, outputs, shrinks=inputs != outputs), block(outputs, outputs, shrinks=False)]
            inputs = outputs
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, CLASSES))
    return build


def vgg_slim(channels, height, width):
    layers = []
    for convolutions, outputs in ((1, 16), (1, 32), (2, 64), (2, 128), (2, 128)):
        for _ in range(convolutions):
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU()]
            channels = outputs
        layers.append(nn.MaxPool2d(2))
    pixels = (height // 32) * (width // 32)
    return nn.Sequential(
        *layers, nn.Flatten(),
        nn.Linear(channels * pixels, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, CLASSES))


def lenet(channels, height, width):
    pixels = ((height // 2 - 4) // 2) * ((width // 2 - 4) // 2)
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(16 * pixels, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, CLASSES))


def dense(*hidden):
    def build(channels, height, width):
        sizes = [channels * height * width, *hidden]
        layers = [nn.Flatten()]
        for inputs, outputs in zip(sizes, hidden):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(sizes[-1], CLASSES))
    return build


def sgd(rate):
    return lambda parameters: torch.optim.SGD(parameters, lr=rate)


WORKLOADS = {  # name: network, batch, shape of a sample, optimiser; kept in step with src/Fathom.Cli/Bench/Workload.cs
    "softmax-28-b256": (dense(), 256, (1, 28, 28), sgd(0.1)),
    "mlp-28-b256": (dense(256), 256, (1, 28, 28), sgd(0.1)),
    "mlp-28-b1": (dense(256), 1, (1, 28, 28), sgd(0.01)),
    "dense512-28-b128-rmsprop": (dense(512), 128, (1, 28, 28), lambda parameters: torch.optim.RMSprop(parameters, lr=1e-3)),
    "lenet-28-b128": (lenet, 128, (1, 28, 28), sgd(0.1)),
    "resnet18-96-b32": (residual_network(resnet_block), 32, (1, 96, 96), sgd(0.01)),
    "resnext18-96-b32": (residual_network(resnext_block), 32, (1, 96, 96), sgd(0.01)),
    "vgg-slim-224-b16": (vgg_slim, 16, (1, 224, 224), sgd(0.01)),
}


def measure(name, seconds, image=None, batch=None):
    build, usual_batch, usual_image, make_optimizer = WORKLOADS[name]
    image, batch = image or usual_image, batch or usual_batch
    torch.manual_seed(0)
    network = build(*image)
    network.train()
    optimizer = make_optimizer(network.parameters())
    pool = [(torch.randn(batch, *image), torch.randint(CLASSES, (batch,))) for _ in range(4)]
    times = []
    begin = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begin < seconds:
        x, y = pool[len(times) % len(pool)]
        start = time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    step = statistics.median(times[1:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"name": name, "batch": batch, "step_ms": round(step * 1e3, 4), "steps": len(times) - 1, "peak_rss_mb": round(peak, 1),
            "samples_per_second": round(batch / step, 1)}


def shape(text):
    sizes = tuple(int(n) for n in text.split("x"))
    if len(sizes) != 3:
        raise argparse.ArgumentTypeError(f"{text}: expected channels, height and width, such as 1x28x28")
    return sizes


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(WORKLOADS))
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=3)
    arguments.add_argument("--input", type=shape, metavar="CxHxW")
    arguments.add_argument("--batch", type=int)
    given = arguments.parse_args()
    unknown = [n for n in given.names if n not in WORKLOADS]
    if unknown:
        arguments.error(f"unknown workload {unknown[0]}; known are {', '.join(WORKLOADS)}")
    torch.set_num_threads(given.threads)
    for workload in given.names or WORKLOADS:
        print(json.dumps(measure(workload, given.seconds, given.input, given.batch)), flush=True)
