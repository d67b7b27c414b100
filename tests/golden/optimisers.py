"""Optimiser trajectories on a small network, learning rates of schedules, and clipped gradients."""

import torch
from torch import optim
from torch.optim import lr_scheduler as schedules

from encoding import Source, tensor, tensors

STEPS = 25


def problem():
    """mean((tanh(x w1 + b1) w2 - y)^2) with w1 (3, 4), b1 (4), w2 (4, 1)."""
    s = Source("optimiser problem")
    data = {"x": s.real(6, 3), "y": s.real(6, 1)}
    start = {"w1": s.real(3, 4, low=-1, high=1), "b1": s.real(4, low=-0.5, high=0.5), "w2": s.real(4, 1, low=-1, high=1)}
    return data, start


def trajectory(cls, lr, **args):
    """Group 0 is w1 and b1 with lr, group 1 is w2 with half of it."""
    data, start = problem()
    p = {k: v.clone().requires_grad_(True) for k, v in start.items()}
    optimiser = cls([{"params": [p["w1"], p["b1"]]}, {"params": [p["w2"]], "lr": lr / 2}], lr=lr, **args)
    losses, steps = [], {k: [] for k in p}
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = ((torch.tanh(data["x"] @ p["w1"] + p["b1"]) @ p["w2"] - data["y"]) ** 2).mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.detach())
        for k in p:
            steps[k].append(p[k].detach().clone())
    name = " ".join([cls.__name__] + [f"{k} {v}" for k, v in args.items()])
    return {"kind": "trajectory", "name": name, "optimiser": cls.__name__, "args": {"lr": lr, **args},
            "losses": tensor(torch.stack(losses)), "steps": tensors({k: torch.stack(v) for k, v in steps.items()})}


def trajectories():
    data, start = problem()
    yield {"kind": "problem", "name": "problem", "data": tensors(data), "start": tensors(start)}
    yield trajectory(optim.SGD, 0.1)
    yield trajectory(optim.SGD, 0.1, weight_decay=0.1)
    yield trajectory(optim.SGD, 0.05, momentum=0.9)
    yield trajectory(optim.SGD, 0.05, momentum=0.9, dampening=0.5)
    yield trajectory(optim.SGD, 0.05, momentum=0.9, nesterov=True)
    yield trajectory(optim.SGD, 0.05, momentum=0.8, nesterov=True, weight_decay=0.05)
    yield trajectory(optim.SGD, 0.01, maximize=True)
    yield trajectory(optim.RMSprop, 0.01)
    yield trajectory(optim.RMSprop, 0.01, alpha=0.9, eps=1e-4, weight_decay=0.1)
    yield trajectory(optim.RMSprop, 0.01, momentum=0.9)
    yield trajectory(optim.RMSprop, 0.01, centered=True)
    yield trajectory(optim.RMSprop, 0.01, centered=True, momentum=0.5)
    yield trajectory(optim.Adagrad, 0.1)
    yield trajectory(optim.Adagrad, 0.1, lr_decay=0.1, weight_decay=0.05, initial_accumulator_value=0.1)
    yield trajectory(optim.Adadelta, 1.0)
    yield trajectory(optim.Adadelta, 0.5, rho=0.8, eps=1e-4, weight_decay=0.05)
    yield trajectory(optim.Adam, 0.05)
    yield trajectory(optim.Adam, 0.05, betas=[0.8, 0.99], eps=1e-4, weight_decay=0.1)
    yield trajectory(optim.Adam, 0.2, amsgrad=True)
    yield trajectory(optim.AdamW, 0.05)
    yield trajectory(optim.AdamW, 0.05, weight_decay=0.2, amsgrad=True)


def optimiser(**args):
    p = [torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    return optim.SGD([{"params": [p[0]]}, {"params": [p[1]], "lr": 0.02}], lr=0.1, **args)


def schedule(name, make, steps=30, optimiser=optimiser, momentum=None, metrics=None, **args):
    """Learning rate of both groups (0.1 and 0.02) before the first step and after each."""
    o = optimiser()
    s = make(o)
    rates, momenta = [], []

    def record():
        rates.append([g["lr"] for g in o.param_groups])
        if momentum:
            momenta.append(momentum(o.param_groups[0]))
    record()
    for i in range(steps):
        o.step()
        s.step() if metrics is None else s.step(metrics[i])
        record()
    case = {"kind": "schedule", "name": name, "args": args, "rates": rates}
    if momentum:
        case["momenta"] = momenta
    if metrics is not None:
        case["metrics"] = metrics
    return case


def built(cls, name, **args):
    return schedule(name, lambda o: cls(o, **args), **args)


def rates():
    yield built(schedules.StepLR, "step", step_size=4, gamma=0.5)
    yield built(schedules.MultiStepLR, "multi-step", milestones=[3, 7, 8, 20], gamma=0.3)
    yield built(schedules.ExponentialLR, "exponential", gamma=0.9)
    yield built(schedules.CosineAnnealingLR, "cosine", T_max=12, eta_min=0.001)
    yield built(schedules.LinearLR, "linear warm-up", start_factor=0.1, end_factor=1.0, total_iters=8)
    yield built(schedules.ConstantLR, "constant warm-up", factor=0.25, total_iters=5)

    def warm_up_then_cosine(o):
        parts = [schedules.LinearLR(o, start_factor=0.1, total_iters=5), schedules.CosineAnnealingLR(o, T_max=20)]
        return schedules.SequentialLR(o, parts, milestones=[5])
    yield schedule("linear warm-up then cosine", warm_up_then_cosine, steps=25, start_factor=0.1, warm_up=5, T_max=20)

    sgd = lambda: optimiser(momentum=0.9)
    momentum = lambda g: g["momentum"]
    for name, args in (("one-cycle", {}), ("one-cycle linear", {"anneal_strategy": "linear"}), ("one-cycle three phases", {"three_phase": True})):
        yield schedule(name, lambda o: schedules.OneCycleLR(o, [0.4, 0.1], total_steps=30, **args), steps=29, optimiser=sgd, momentum=momentum,
                       max_lr=[0.4, 0.1], total_steps=30, **args)
    details = {"pct_start": 0.4, "base_momentum": 0.8, "max_momentum": 0.9, "div_factor": 10.0, "final_div_factor": 100.0}
    yield schedule("one-cycle details", lambda o: schedules.OneCycleLR(o, [0.4, 0.1], total_steps=20, **details), steps=19, optimiser=sgd, momentum=momentum,
                   max_lr=[0.4, 0.1], total_steps=20, **details)

    def adam():
        p = [torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)]
        return optim.Adam([{"params": [p[0]]}, {"params": [p[1]], "lr": 0.02}], lr=0.1)
    yield schedule("one-cycle with Adam", lambda o: schedules.OneCycleLR(o, [0.4, 0.1], total_steps=20), steps=19, optimiser=adam,
                   momentum=lambda g: g["betas"][0], max_lr=[0.4, 0.1], total_steps=20)

    falling = [1.0, 0.8, 0.7, 0.7, 0.70001, 0.69999, 0.7, 0.6, 0.6, 0.61, 0.62, 0.63, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    rising = [1.5 - v for v in falling]

    def plateau(name, metrics, **args):
        return schedule(name, lambda o: schedules.ReduceLROnPlateau(o, **args), steps=len(metrics), metrics=metrics, **args)
    yield plateau("plateau", falling, factor=0.5, patience=2)
    yield plateau("plateau max, cooldown, floor", rising, mode="max", factor=0.1, patience=1, cooldown=2, min_lr=0.003)
    yield plateau("plateau absolute threshold", falling, factor=0.5, patience=1, threshold=0.05, threshold_mode="abs")


def clipping():
    s = Source("clipping")
    gradients = [s.real(3, 4), s.real(4), s.real(2, 1)]

    def clip(name, f, **args):
        p = [torch.zeros_like(g, requires_grad=True) for g in gradients]
        for q, g in zip(p, gradients):
            q.grad = g.clone()
        total = f(p)
        case = {"kind": "clip", "name": name, "args": args, "gradients": [tensor(g) for g in gradients], "clipped": [tensor(q.grad) for q in p]}
        if total is not None:
            case["total"] = float(total)
        return case
    norm = torch.nn.utils.clip_grad_norm_
    yield clip("norm 2 to 1", lambda p: norm(p, 1.0), max_norm=1.0)
    yield clip("norm 2 below the limit", lambda p: norm(p, 100.0), max_norm=100.0)
    yield clip("norm 1 to 2.5", lambda p: norm(p, 2.5, 1.0), max_norm=2.5, norm_type=1.0)
    yield clip("norm 3 to 1", lambda p: norm(p, 1.0, 3.0), max_norm=1.0, norm_type=3.0)
    yield clip("norm inf to 0.5", lambda p: norm(p, 0.5, float("inf")), max_norm=0.5, norm_type="Infinity")
    yield clip("value 0.5", lambda p: torch.nn.utils.clip_grad_value_(p, 0.5), clip_value=0.5)


def cases():
    return [*trajectories(), *rates(), *clipping()]
