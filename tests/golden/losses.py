"""Losses: value and gradients for each reduction. The elements of reduction "none" are pulled back with the weights `gy`."""

import torch
from torch.nn import functional as F

from encoding import Source, tensor, tensors


def run(name, loss, f, inputs, constants=None, differentiate=None, reductions=("mean", "sum", "none"), **args):
    """f(reduction, **inputs, **constants) is the loss; gradients are taken with respect to the names in differentiate."""
    constants = constants or {}
    differentiate = differentiate or ["input"]
    case = {"name": name, "loss": loss, "args": args, "inputs": tensors({**inputs, **constants}), "reductions": {}}
    for reduction in reductions:
        leaves = {k: v.clone().requires_grad_(k in differentiate) for k, v in inputs.items()}
        y = f(reduction, **leaves, **constants)
        gy = Source(name + reduction).real(*y.shape, low=0.5, high=1.5) if reduction == "none" else torch.ones_like(y)
        y.backward(gy)
        case["reductions"][reduction] = {"value": tensor(y), "gy": tensor(gy), "gradients": tensors({k: leaves[k].grad for k in differentiate})}
    return case


def regression():
    s = Source("regression")
    pair = {"input": s.real(3, 4), "target": s.real(3, 4)}
    both = ["input", "target"]
    yield run("mse", "mse", lambda r, input, target: F.mse_loss(input, target, reduction=r), pair, differentiate=both)
    yield run("l1", "l1", lambda r, input, target: F.l1_loss(input, target, reduction=r), pair, differentiate=both)
    for delta in (1.0, 0.5, 2.5):
        yield run(f"huber delta {delta}", "huber", lambda r, input, target: F.huber_loss(input, target, reduction=r, delta=delta), pair, differentiate=both, delta=delta)
    reduce = {"mean": torch.mean, "sum": torch.sum, "none": lambda t: t}
    # root of the reduced squares; PyTorch has none. No two elements are equal, where the formula has no slope
    apart = {"input": pair["input"], "target": pair["target"] + 1 / 1024}
    yield run("rmse", "rmse", lambda r, input, target: reduce[r]((input - target) ** 2).sqrt(), apart, differentiate=both)
    equal = {"input": torch.tensor([1., 2.]).double(), "target": torch.tensor([1., 3.]).double()}
    yield run("l1 where equal", "l1", lambda r, input, target: F.l1_loss(input, target, reduction=r), equal)


def binary():
    s = Source("binary")
    target = s.integers(3, 4, high=2).double()
    soft = s.real(3, 4, low=0, high=1)
    weight = s.real(3, 4, low=0.25, high=2)
    logits = s.real(3, 4, low=-4, high=4)
    p = logits.sigmoid()
    bce = lambda r, input, target, weight=None: F.binary_cross_entropy(input, target, weight, reduction=r)
    yield run("bce", "bce", bce, {"input": p}, {"target": target})
    yield run("bce soft targets, weight", "bce", bce, {"input": p}, {"target": soft, "weight": weight})
    edge = {"input": torch.tensor([0., 1., 0., 1., 1e-12]).double()}
    yield run("bce at 0 and 1", "bce", bce, edge, {"target": torch.tensor([0., 1., 1., 0., 1.]).double()})
    with_logits = lambda r, input, target, weight=None, pos_weight=None: F.binary_cross_entropy_with_logits(input, target, weight, reduction=r, pos_weight=pos_weight)
    yield run("bce_with_logits", "bce_with_logits", with_logits, {"input": logits}, {"target": target})
    yield run("bce_with_logits pos_weight", "bce_with_logits", with_logits, {"input": logits}, {"target": soft, "pos_weight": s.real(4, low=0.5, high=3)})
    yield run("bce_with_logits weight", "bce_with_logits", with_logits, {"input": logits}, {"target": target, "weight": weight})
    extreme = {"input": torch.tensor([-1e4, -1e4, 1e4, 1e4, 0.]).double()}
    yield run("bce_with_logits extreme", "bce_with_logits", with_logits, extreme, {"target": torch.tensor([0., 1., 0., 1., 1.]).double()})
    sign = 2 * target - 1

    def hinge(r, input, target, margin=1.0):
        losses = torch.relu(margin - target * input)
        return losses if r == "none" else getattr(losses, r)()
    yield run("hinge", "hinge", hinge, {"input": s.real(3, 4)}, {"target": sign})
    yield run("hinge margin 0.5", "hinge", lambda r, input, target: hinge(r, input, target, 0.5), {"input": s.real(3, 4)}, {"target": sign}, margin=0.5)

    def focal(r, input, target, alpha, gamma):
        """Lin et al. 2017, eq. 5: -alpha_t (1 - p_t)^gamma log p_t."""
        ce = F.binary_cross_entropy_with_logits(input, target, reduction="none")
        p = input.sigmoid()
        losses = ce * (1 - (p * target + (1 - p) * (1 - target))) ** gamma
        if alpha is not None:
            losses = losses * (alpha * target + (1 - alpha) * (1 - target))
        return losses if r == "none" else getattr(losses, r)()
    for alpha, gamma in ((0.25, 2.0), (None, 1.5)):
        yield run(f"binary_focal alpha {alpha} gamma {gamma}", "binary_focal", lambda r, input, target: focal(r, input, target, alpha, gamma), {"input": logits}, {"target": target}, alpha=alpha, gamma=gamma)


def classes():
    s = Source("classes")
    logits = s.real(4, 5)
    index = torch.tensor([0, 3, 4, 3])
    weight = s.real(5, low=0.25, high=2)
    ce = lambda r, input, target, weight=None, **a: F.cross_entropy(input, target, weight, reduction=r, **a)

    def entropy(name, input, target, weight=None, **args):
        constants = {"target": target} | ({"weight": weight} if weight is not None else {})
        return run("cross_entropy " + name, "cross_entropy", lambda r, **t: ce(r, **t, **args), {"input": input}, constants, **args)
    yield entropy("indices", logits, index)
    yield entropy("weights", logits, index, weight)
    yield entropy("label smoothing", logits, index, label_smoothing=0.1)
    yield entropy("ignore index", logits, torch.tensor([0, -100, 4, -100]))
    yield entropy("ignore index 3, weights, label smoothing", logits, index, weight, ignore_index=3, label_smoothing=0.2)
    yield entropy("all ignored", logits, torch.full((4,), -100))
    yield entropy("(N, C, L)", s.real(2, 3, 4), s.integers(2, 4, high=3), s.real(3, low=0.5, high=1.5), label_smoothing=0.1)
    yield entropy("(N, C, H, W)", s.real(2, 3, 2, 2), s.integers(2, 2, 2, high=3))
    yield entropy("one sample without batch", s.real(5), torch.tensor(2))
    probabilities = s.real(4, 5).softmax(1)
    yield entropy("probabilities", logits, probabilities)
    yield entropy("probabilities, weights, label smoothing", logits, probabilities, weight, label_smoothing=0.1)
    yield entropy("probabilities (N, C, L)", s.real(2, 3, 4), s.real(2, 3, 4).softmax(1))
    extreme = torch.tensor([[1e4, -1e4, 0.], [1e4, -1e4, 0.], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4]]).double()
    yield entropy("extreme logits", extreme, torch.tensor([0, 1, 2, 0]))
    yield entropy("extreme logits, label smoothing", extreme, torch.tensor([0, 1, 2, 0]), label_smoothing=0.1)
    nll = lambda r, input, target, weight=None, **a: F.nll_loss(input, target, weight, reduction=r, **a)
    log_p = logits.log_softmax(1)
    yield run("nll", "nll", nll, {"input": log_p}, {"target": index})
    yield run("nll weights ignore index 3", "nll", lambda r, **t: nll(r, **t, ignore_index=3), {"input": log_p}, {"target": index, "weight": weight}, ignore_index=3)
    yield run("nll (N, C, L)", "nll", nll, {"input": s.real(2, 3, 4).log_softmax(1)}, {"target": s.integers(2, 4, high=3)})
    kl = lambda r, input, target, log_target=False: F.kl_div(input, target, reduction=r, log_target=log_target)
    holes = probabilities.clone()
    holes[0, 1] = 0
    four = ("mean", "sum", "none", "batchmean")
    yield run("kl_div", "kl_div", kl, {"input": log_p, "target": probabilities}, differentiate=["input", "target"], reductions=four)
    yield run("kl_div zero targets", "kl_div", kl, {"input": log_p}, {"target": holes}, reductions=four)
    yield run("kl_div log target", "kl_div", lambda r, **t: kl(r, **t, log_target=True), {"input": log_p, "target": probabilities.log()}, differentiate=["input", "target"], reductions=four, log_target=True)

    def focal(r, input, target, gamma, weight=None):
        """(1 - p)^gamma times the cross-entropy of each sample, times its class's weight; the mean is over samples."""
        log_p = input.log_softmax(1).gather(1, target[:, None])[:, 0]
        losses = -((1 - log_p.exp()) ** gamma) * log_p
        losses = losses if weight is None else losses * weight[target]
        return losses if r == "none" else getattr(losses, r)()
    yield run("focal gamma 2", "focal", lambda r, **t: focal(r, **t, gamma=2.0), {"input": logits}, {"target": index}, gamma=2.0)
    yield run("focal gamma 0.5, weights", "focal", lambda r, **t: focal(r, **t, gamma=0.5), {"input": logits}, {"target": index, "weight": weight}, gamma=0.5)


def cases():
    return [*regression(), *binary(), *classes()]
