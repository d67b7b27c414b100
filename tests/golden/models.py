#!/usr/bin/env python3
"""Writes models.json: parameters, state-dictionary keys and shapes of torchvision's networks, and what small ones compute with given weights.

Install:  Debian and Ubuntu: apt install --no-install-recommends python3-torchvision      elsewhere: pip install torchvision
Run:      python3 tests/golden/models.py                                                  (from the repository root; a minute)

The values in the repository come from torchvision 0.14. No published weights are read: `fill` gives every tensor of a state dictionary values that a
short recurrence makes from its name and shape, the same here and in the tests.

A case with "state" has the tree of keys, whose leaves are shapes. A case with "output" has the scores that a network with the weights of `fill` for ten
classes gives, in evaluation mode, to one image of the given shape, filled as a tensor called "image".
A case with "count" has the parameters of a network that torchvision lacks, built here from PyTorch's layers for grey images and ten classes.
"""

import zlib

import torch
import torchvision.models as zoo
from torch import nn

from encoding import write

STATES = [
    "alexnet", "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn", "googlenet",
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "densenet121", "densenet169", "densenet201",
]
OUTPUTS = ["resnet18", "resnet50", "resnext50_32x4d", "densenet121", "googlenet"]
IMAGE = (1, 3, 64, 64)


def make(name, classes=1000):
    options = {"aux_logits": True, "init_weights": False} if name == "googlenet" else {}
    return getattr(zoo, name)(num_classes=classes, **options)


def tree(state):
    root = {}
    for key, value in state.items():
        *path, leaf = key.split(".")
        node = root
        for part in path:
            node = node.setdefault(part, {})
        node[leaf] = list(value.shape)
    return root


def noise(name, count):
    """Numbers in [-0.5, 0.5): multiples of 2^-16, from the name's checksum and the place."""
    place = torch.arange(count, dtype=torch.int64)
    start = zlib.crc32(name.encode()) % 65521
    mixed = (place * 40503 + start * 977) % 65521
    return ((mixed * mixed + 31 * mixed) % 65521).double() / 65536 - 0.5


def fill(name, shape):
    """Weights of layers keep the size of signals, scales and variances are near 1, the rest is near 0."""
    count = 1
    for n in shape:
        count *= n
    values = noise(name, count).reshape(shape)
    if len(shape) > 1:
        return (values * 2 * (3 / (count / shape[0])) ** 0.5).float()
    if name.endswith(("running_var", "weight")):
        return (1 + 0.5 * values).float()
    return (0.2 * values).float()


def output(name):
    network = make(name, classes=10).eval()
    state = {k: torch.tensor(7) if k.endswith("num_batches_tracked") else fill(k, tuple(v.shape)) for k, v in network.state_dict().items()}
    network.load_state_dict(state)
    if name == "googlenet":
        network.transform_input = False
    image = (noise("image", 3 * 64 * 64).reshape(IMAGE) * 2).float()
    with torch.no_grad():
        scores = network.double()(image.double())
    return {"name": f"{name} output", "network": name, "image": list(IMAGE), "output": scores.reshape(-1).tolist()}


def preactivation(widths, blocks, bottleneck):
    layers, inputs = [nn.Conv2d(1, 64, 7, bias=False)], 64
    for outputs, depth in zip(widths, blocks):
        for i in range(depth):
            kernels = [(outputs // 4, 1), (outputs // 4, 3), (outputs, 1)] if bottleneck else [(outputs, 3), (outputs, 3)]
            if inputs != outputs:
                layers.append(nn.Conv2d(inputs, outputs, 1, bias=False))
            for channels, kernel in kernels:
                layers += [nn.BatchNorm2d(inputs), nn.Conv2d(inputs, channels, kernel, bias=False)]
                inputs = channels
    return [*layers, nn.BatchNorm2d(inputs), nn.Linear(inputs, 10)]


def regnetx32():
    layers, inputs = [nn.Conv2d(1, 32, 3), nn.BatchNorm2d(32)], 32
    for depth, outputs in ((4, 32), (6, 80)):
        for i in range(depth):
            layers += [nn.Conv2d(inputs, outputs, 1), nn.Conv2d(outputs, outputs, 3, groups=outputs // 16), nn.Conv2d(outputs, outputs, 1)]
            layers += [nn.BatchNorm2d(outputs) for _ in range(3)]
            if i == 0:
                layers += [nn.Conv2d(inputs, outputs, 1), nn.BatchNorm2d(outputs)]
            inputs = outputs
    return [*layers, nn.Linear(inputs, 10)]


def densenet_small():
    layers, channels = [nn.Conv2d(1, 64, 7), nn.BatchNorm2d(64)], 64
    for block in range(4):
        if block:
            layers += [nn.BatchNorm2d(channels), nn.Conv2d(channels, channels // 2, 1)]
            channels //= 2
        for _ in range(4):
            layers += [nn.BatchNorm2d(channels), nn.Conv2d(channels, 32, 3)]
            channels += 32
    return [*layers, nn.BatchNorm2d(channels), nn.Linear(channels, 10)]


def nin():
    layers, inputs = [], 1
    for channels, kernel in ((96, 11), (256, 5), (384, 3), (10, 3)):
        layers += [nn.Conv2d(inputs, channels, kernel), nn.Conv2d(channels, channels, 1), nn.Conv2d(channels, channels, 1)]
        inputs = channels
    return layers


def lenet_bn():
    return [nn.Conv2d(1, 6, 5), nn.BatchNorm2d(6), nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.Linear(256, 120), nn.BatchNorm1d(120),
            nn.Linear(120, 84), nn.BatchNorm1d(84), nn.Linear(84, 10)]


COUNTS = {
    "preact-resnet18": lambda: preactivation((64, 128, 256, 512), (2, 2, 2, 2), False),
    "preact-resnet50": lambda: preactivation((256, 512, 1024, 2048), (3, 4, 6, 3), True),
    "regnetx32": regnetx32, "densenet-small": densenet_small, "nin": nin, "lenet-bn": lenet_bn,
    "highway": lambda: [nn.Linear(784, 50), *[nn.Linear(50, 50) for _ in range(18)], nn.Linear(50, 10)],
}


def count(name):
    return {"name": f"{name} count", "network": name, "count": sum(p.numel() for p in nn.Sequential(*COUNTS[name]()).parameters())}


def state(name):
    network = make(name)
    return {"name": name, "parameters": sum(p.numel() for p in network.parameters()), "state": tree(network.state_dict())}


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("models.json", [*map(state, STATES), *map(output, OUTPUTS), *map(count, COUNTS)])
