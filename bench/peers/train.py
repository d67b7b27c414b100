"""Trains networks of steps.py in PyTorch as `fathom train` does, for accuracies to compare with: one JSON object a run, and their mean.

Set-up: see steps.py. Data are IDX files under MNIST's names.
Run:  /usr/bin/python3 bench/peers/train.py NAME --data DIR [--resize SIDE] [--epochs N] [--batch N] [--rate R] [--seeds 1,2,3] [--threads N]

Settings are those of `fathom train`: pixels from 0 to 1, images resized bilinearly, every epoch in a new order, gradient descent with momentum 0.9 and a
learning rate that falls to 0 along a cosine, step by step; convolutions and dense layers start by Xavier's rule, convolutions of VGG by He's. Accuracy is
that on the test images after the last epoch.
"""
import argparse
import gzip
import json
import math
import pathlib
import statistics
import time

import torch
from torch import nn

import steps

NETWORKS = {  # as in src/Fathom.Models/ModelRegistry.cs: network, learning rate
    "resnet18-course": (steps.residual_network(steps.resnet_block), 0.01),
    "resnext18": (steps.residual_network(steps.resnext_block), 0.01),
    "vgg-slim": (steps.vgg_slim, 0.005),
}


def idx(path):
    data = gzip.open(path).read()
    rank = data[3]
    sizes = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
    return torch.frombuffer(bytearray(data[4 + 4 * rank:]), dtype=torch.uint8).reshape(sizes)


def load(folder, part):
    images, labels = (idx(pathlib.Path(folder) / f"{part}-{kind}-ubyte.gz") for kind in ("images-idx3", "labels-idx1"))
    return images.unsqueeze(1), labels.long()


def prepare(images, side):
    x = images.float() / 255
    return nn.functional.interpolate(x, size=(side, side), mode="bilinear", align_corners=False) if side else x


def start(network, name):
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d) and name == "vgg-slim":
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        elif isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)


def accuracy(network, images, labels, side):
    network.eval()
    with torch.no_grad():
        right = sum((network(prepare(x, side)).argmax(1) == y).sum().item() for x, y in zip(images.split(100), labels.split(100)))
    network.train()
    return right / len(labels)


def train(name, train_set, test_set, side, epochs, batch, rate, seed):
    torch.manual_seed(seed)
    images, labels = train_set
    network = NETWORKS[name][0](1, side or images.shape[2], side or images.shape[3])
    start(network, name)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)
    total = epochs * -(-len(labels) // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (1 + math.cos(math.pi * step / total)) / 2)
    begin = time.perf_counter()
    for _ in range(epochs):
        for chosen in torch.randperm(len(labels)).split(batch):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(prepare(images[chosen], side)), labels[chosen]).backward()
            optimizer.step()
            schedule.step()
    return {"name": name, "seed": seed, "epochs": epochs, "batch": batch, "rate": rate, "resize": side, "val_accuracy": accuracy(network, *test_set, side),
            "seconds": round(time.perf_counter() - begin, 1)}


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("name", choices=NETWORKS)
    arguments.add_argument("--data", required=True, metavar="DIR")
    arguments.add_argument("--resize", type=int, default=96, metavar="SIDE")
    arguments.add_argument("--epochs", type=int, default=2)
    arguments.add_argument("--batch", type=int, default=32)
    arguments.add_argument("--rate", type=float)
    arguments.add_argument("--seeds", default="1,2,3")
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    sets = load(given.data, "train"), load(given.data, "t10k")
    found = []
    for s in given.seeds.split(","):
        result = train(given.name, *sets, given.resize, given.epochs, given.batch, given.rate or NETWORKS[given.name][1], int(s))
        found.append(result["val_accuracy"])
        print(json.dumps(result), flush=True)
    print(json.dumps({"name": given.name, "mean": round(statistics.mean(found), 4), "runs": len(found)}))
