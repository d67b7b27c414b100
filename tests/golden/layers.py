"""Layers: constructor arguments, parameters, and for each step input, output, upstream gradient and all gradients."""

import torch
from torch import nn

from encoding import Source, tensor, tensors


def run(name, layer, inputs, training=(True,), requires_grad=True, **args):
    """A case of one or more calls in turn; buffers are given as they stand after each call."""
    source = Source(name)
    layer = layer.double()
    for p in layer.parameters():
        p.data = source.real(*p.shape, low=-1, high=1)
    case = {"name": name, "layer": type(layer).__name__, "args": args, "parameters": tensors(dict(layer.named_parameters())), "steps": []}
    for i, x in enumerate(inputs):
        layer.train(training[min(i, len(training) - 1)])
        layer.zero_grad(set_to_none=True)
        if isinstance(x, tuple):
            x = source.real(*x)
        if requires_grad:
            x = x.clone().requires_grad_(True)
        y = layer(x)
        step = {"training": layer.training, "x": tensor(x), "y": tensor(y)}
        if y.requires_grad:
            gy = source.real(*y.shape, low=-1, high=1)
            y.backward(gy)
            step["gy"] = tensor(gy)
            step["gradients"] = tensors({n: p.grad for n, p in layer.named_parameters()})
        if x.requires_grad:
            step["gx"] = tensor(x.grad)
        step["buffers"] = tensors(dict(layer.named_buffers()))
        case["steps"].append(step)
    return case


def of(cls, name, *shapes, training=(True,), **args):
    return run(name, cls(**args), list(shapes), training, **args)


def convolutions():
    yield of(nn.Conv1d, "conv1d", (2, 3, 9), in_channels=3, out_channels=4, kernel_size=3)
    yield of(nn.Conv1d, "conv1d stride padding dilation", (2, 3, 11), in_channels=3, out_channels=2, kernel_size=3, stride=2, padding=2, dilation=2)
    yield of(nn.Conv1d, "conv1d groups no bias", (2, 4, 7), in_channels=4, out_channels=6, kernel_size=3, groups=2, bias=False)
    yield of(nn.Conv1d, "conv1d same, even kernel", (1, 2, 8), in_channels=2, out_channels=3, kernel_size=4, padding="same")
    yield of(nn.Conv2d, "conv2d", (2, 3, 5, 6), in_channels=3, out_channels=4, kernel_size=3)
    yield of(nn.Conv2d, "conv2d 1x1", (2, 4, 3, 3), in_channels=4, out_channels=3, kernel_size=1)
    yield of(nn.Conv2d, "conv2d stride 2 padding 1", (2, 2, 7, 6), in_channels=2, out_channels=3, kernel_size=3, stride=2, padding=1)
    yield of(nn.Conv2d, "conv2d kernel 5x3 padding 2,1", (1, 2, 6, 5), in_channels=2, out_channels=2, kernel_size=[5, 3], padding=[2, 1])
    yield of(nn.Conv2d, "conv2d kernel 3x5 padding 0,1 stride 3,4", (2, 1, 10, 9), in_channels=1, out_channels=2, kernel_size=[3, 5], padding=[0, 1], stride=[3, 4])
    yield of(nn.Conv2d, "conv2d dilation 2,1", (1, 2, 7, 6), in_channels=2, out_channels=2, kernel_size=3, dilation=[2, 1], padding=1)
    yield of(nn.Conv2d, "conv2d groups 2", (2, 4, 4, 5), in_channels=4, out_channels=6, kernel_size=[3, 2], groups=2)
    yield of(nn.Conv2d, "conv2d depthwise stride 2", (2, 3, 6, 6), in_channels=3, out_channels=3, kernel_size=3, groups=3, stride=2, padding=1, bias=False)
    yield of(nn.Conv2d, "conv2d same", (1, 2, 5, 6), in_channels=2, out_channels=2, kernel_size=3, padding="same")
    yield of(nn.Conv2d, "conv2d same, even kernel, dilation", (1, 2, 6, 7), in_channels=2, out_channels=2, kernel_size=[2, 4], dilation=[1, 2], padding="same")
    yield of(nn.Conv2d, "conv2d one-pixel output", (3, 2, 3, 3), in_channels=2, out_channels=4, kernel_size=3)
    yield of(nn.Conv2d, "conv2d stride leaves rows unread", (1, 1, 8, 8), in_channels=1, out_channels=1, kernel_size=3, stride=3)
    yield of(nn.ConvTranspose1d, "conv_transpose1d stride 2 output padding", (2, 3, 5), in_channels=3, out_channels=2, kernel_size=3, stride=2, padding=1, output_padding=1)
    yield of(nn.ConvTranspose2d, "conv_transpose2d", (2, 3, 4, 3), in_channels=3, out_channels=2, kernel_size=3)
    yield of(nn.ConvTranspose2d, "conv_transpose2d stride 2 padding 1", (1, 2, 4, 5), in_channels=2, out_channels=3, kernel_size=4, stride=2, padding=1)
    yield of(nn.ConvTranspose2d, "conv_transpose2d output padding", (1, 2, 4, 3), in_channels=2, out_channels=2, kernel_size=3, stride=[2, 3], padding=1, output_padding=[1, 2])
    yield of(nn.ConvTranspose2d, "conv_transpose2d dilation groups", (1, 4, 4, 4), in_channels=4, out_channels=6, kernel_size=[3, 2], dilation=2, groups=2, padding=1, bias=False)


def pooling():
    yield of(nn.MaxPool1d, "max_pool1d", (2, 2, 9), kernel_size=3)
    yield of(nn.MaxPool1d, "max_pool1d stride padding ceil", (2, 2, 8), kernel_size=3, stride=2, padding=1, ceil_mode=True)
    yield of(nn.MaxPool2d, "max_pool2d", (2, 2, 6, 7), kernel_size=2)
    yield of(nn.MaxPool2d, "max_pool2d overlapping, padding", (2, 2, 6, 5), kernel_size=3, stride=2, padding=1)
    yield of(nn.MaxPool2d, "max_pool2d kernel 2x3 padding 0,1", (1, 2, 6, 7), kernel_size=[2, 3], stride=[2, 3], padding=[0, 1])
    yield of(nn.MaxPool2d, "max_pool2d ceil mode", (1, 2, 6, 7), kernel_size=3, stride=2, ceil_mode=True)
    yield of(nn.MaxPool2d, "max_pool2d ceil mode, last window in padding only", (1, 1, 4, 5), kernel_size=2, stride=3, padding=1, ceil_mode=True)
    yield run("max_pool2d ties: the first wins", nn.MaxPool2d(2), [torch.tensor([1., 1, 2, 3, 1, 1, 3, 2, 0, -1, 5, 5, -1, 0, 5, 5]).double().reshape(1, 1, 4, 4)], kernel_size=2)
    yield of(nn.AvgPool1d, "avg_pool1d", (2, 2, 9), kernel_size=3)
    yield of(nn.AvgPool1d, "avg_pool1d padding ceil not counted", (2, 2, 8), kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)
    yield of(nn.AvgPool2d, "avg_pool2d", (2, 2, 6, 7), kernel_size=2)
    yield of(nn.AvgPool2d, "avg_pool2d padding counted", (1, 2, 6, 5), kernel_size=3, stride=2, padding=1)
    yield of(nn.AvgPool2d, "avg_pool2d padding not counted", (1, 2, 6, 5), kernel_size=3, stride=2, padding=1, count_include_pad=False)
    yield of(nn.AvgPool2d, "avg_pool2d ceil mode padding counted", (1, 2, 6, 7), kernel_size=[3, 2], stride=2, padding=1, ceil_mode=True)
    yield of(nn.AvgPool2d, "avg_pool2d ceil mode padding not counted", (1, 2, 6, 8), kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)
    yield of(nn.AdaptiveAvgPool1d, "adaptive_avg_pool1d uneven", (2, 2, 7), output_size=3)
    yield of(nn.AdaptiveAvgPool2d, "adaptive_avg_pool2d to one", (2, 3, 5, 4), output_size=[1, 1])
    yield of(nn.AdaptiveAvgPool2d, "adaptive_avg_pool2d uneven", (2, 2, 7, 5), output_size=[3, 2])
    yield of(nn.AdaptiveAvgPool2d, "adaptive_avg_pool2d enlarging", (1, 2, 3, 2), output_size=[5, 3])


def normalisation():
    twice_then_eval = (True, True, False)
    yield of(nn.BatchNorm1d, "batch_norm1d (N, C)", (5, 3), (4, 3), (2, 3), training=twice_then_eval, num_features=3)
    yield of(nn.BatchNorm1d, "batch_norm1d (N, C, L)", (3, 2, 4), (2, 2, 5), (2, 2, 3), training=twice_then_eval, num_features=2)
    yield of(nn.BatchNorm2d, "batch_norm2d", (3, 2, 3, 2), (2, 2, 2, 3), (2, 2, 2, 2), training=twice_then_eval, num_features=2)
    yield of(nn.BatchNorm2d, "batch_norm2d momentum 0.3 eps 0.001", (3, 2, 2, 2), (2, 2, 3, 3), (1, 2, 2, 2), training=twice_then_eval, num_features=2, momentum=0.3, eps=1e-3)
    yield of(nn.BatchNorm2d, "batch_norm2d not affine", (2, 3, 2, 2), (2, 3, 2, 2), (1, 3, 2, 2), training=twice_then_eval, num_features=3, affine=False)
    yield of(nn.BatchNorm2d, "batch_norm2d cumulative average", (2, 2, 2, 2), (2, 2, 3, 2), (1, 2, 2, 2), training=twice_then_eval, num_features=2, momentum=None)
    yield of(nn.BatchNorm2d, "batch_norm2d without running statistics", (2, 2, 2, 3), (2, 2, 2, 2), training=(True, False), num_features=2, track_running_stats=False)
    yield of(nn.LayerNorm, "layer_norm last axis", (2, 3, 5), normalized_shape=[5])
    yield of(nn.LayerNorm, "layer_norm two axes", (2, 3, 4), normalized_shape=[3, 4], eps=1e-3)
    yield of(nn.LayerNorm, "layer_norm not affine", (3, 4), normalized_shape=[4], elementwise_affine=False)
    yield of(nn.GroupNorm, "group_norm", (2, 4, 3, 2), num_groups=2, num_channels=4)
    yield of(nn.GroupNorm, "group_norm as layer norm", (2, 4, 3), num_groups=1, num_channels=4)
    yield of(nn.GroupNorm, "group_norm as instance norm, not affine", (2, 3, 2, 2), num_groups=3, num_channels=3, affine=False)


EXTREME = torch.tensor([-1e4, -100., -20., -1., -1e-3, 0., 1e-3, 1., 20., 100., 1e4], dtype=torch.float64)


def activations():
    plain = [
        (nn.ReLU, {}), (nn.LeakyReLU, {}), (nn.LeakyReLU, {"negative_slope": 0.2}), (nn.PReLU, {}), (nn.ELU, {}), (nn.ELU, {"alpha": 0.5}),
        (nn.GELU, {}), (nn.GELU, {"approximate": "tanh"}), (nn.SiLU, {}), (nn.Sigmoid, {}), (nn.Tanh, {}),
        (nn.Softplus, {}), (nn.Softplus, {"beta": 2.0, "threshold": 3.0}),
    ]
    for cls, args in plain:
        name = "_".join([cls.__name__] + [f"{k} {v}" for k, v in args.items()])
        yield run(name, cls(**args), [(2, 3, 4), EXTREME], **args)
    yield of(nn.PReLU, "PReLU a slope a channel", (2, 3, 2, 2), num_parameters=3)
    extreme_rows = torch.tensor([[1e4, -1e4, 0.], [1e4, 1e4, 9999.], [-1e4, -1e4, -1e4]], dtype=torch.float64)
    for cls in (nn.Softmax, nn.LogSoftmax):
        yield run(f"{cls.__name__} last axis", cls(dim=-1), [(3, 5), extreme_rows], dim=-1)
        yield run(f"{cls.__name__} axis 1 of 3", cls(dim=1), [(2, 4, 3)], dim=1)


def others():
    yield of(nn.Linear, "linear", (3, 4), in_features=4, out_features=5)
    yield of(nn.Linear, "linear no bias", (3, 4), in_features=4, out_features=2, bias=False)
    yield of(nn.Linear, "linear on (N, T, C)", (2, 3, 4), in_features=4, out_features=2)
    yield of(nn.Linear, "linear on a vector", (4,), in_features=4, out_features=3)
    yield of(nn.Flatten, "flatten", (2, 3, 2, 2))
    yield of(nn.Flatten, "flatten axes 2 to 3", (2, 3, 2, 2), start_dim=2, end_dim=3)
    yield of(nn.Dropout, "dropout p 0", (2, 6), p=0.0)
    yield of(nn.Dropout, "dropout when evaluating", (2, 6), training=(False,), p=0.5)
    index = torch.tensor([[1, 0, 4, 1], [2, 2, 0, 1]])
    for args in ({}, {"padding_idx": 0}, {"padding_idx": -3}):
        name = "embedding" + "".join(f" {k} {v}" for k, v in args.items())
        yield run(name, nn.Embedding(5, 3, **args), [index], requires_grad=False, num_embeddings=5, embedding_dim=3, **args)


def cases():
    return [*others(), *convolutions(), *pooling(), *normalisation(), *activations()]
