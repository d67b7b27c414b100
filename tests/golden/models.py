#!/usr/bin/env python3
"""Writes models.json: parameters, state-dictionary keys and shapes of torchvision's networks, and what small ones compute with given weights.

Install:  Debian and Ubuntu: apt install --no-install-recommends python3-torchvision      elsewhere: pip install torchvision
Run:      python3 tests/golden/models.py                                                  (from the repository root; a minute)

The values in the repository come from torchvision 0.14. No published weights are read: `fill` gives every tensor of a state dictionary values that a
short recurrence makes from its name and shape, the same here and in the tests.

A case with "state" has the tree of keys, whose leaves are shapes. A case with "output" has the scores that a network with the weights of `fill` for ten
classes gives, in evaluation mode, to one image of the given shape, filled as a tensor called "image".
"""

import zlib

import torch
import torchvision.models as zoo

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


def state(name):
    network = make(name)
    return {"name": name, "parameters": sum(p.numel() for p in network.parameters()), "state": tree(network.state_dict())}


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("models.json", [*map(state, STATES), *map(output, OUTPUTS)])
