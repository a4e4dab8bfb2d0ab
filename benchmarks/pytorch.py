"""The step with PyTorch, eager: what its tutorials write."""

import json
import os
import tempfile
from pathlib import Path

import torch

ACTIVATION = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def network(task):
    """Return the network, starting from the task's weights."""
    modules = []
    for W, b in task.weights():
        layer = torch.nn.Linear(W.shape[1], W.shape[0])
        layer.weight.data, layer.bias.data = torch.from_numpy(W), torch.from_numpy(b)
        modules += [layer, ACTIVATION[task.activation]()]
    return torch.nn.Sequential(*modules[:-1])


def eager(task, lr):
    """Return a step: zero_grad, forward, cost, backward, step."""
    X, y = map(torch.from_numpy, task.data())
    net, cost = network(task), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)

    def step():
        optimizer.zero_grad()
        C = cost(net(X), y)
        C.backward()
        optimizer.step()
        return C.item()

    return step


def peak(task, lr):
    """Return the most bytes that three steps hold at once, the parameters included."""
    step = eager(task, lr)
    with torch.profiler.profile(profile_memory=True) as profiler:
        for _ in range(3):
            step()
    with tempfile.TemporaryDirectory() as folder:
        profiler.export_chrome_trace(f"{folder}/trace.json")
        events = json.loads(Path(folder, "trace.json").read_text(encoding="utf-8"))["traceEvents"]
    held = most = sum(W.nbytes + b.nbytes for W, b in task.weights())
    for event in sorted((e for e in events if e["name"] == "[memory]"), key=lambda e: e["ts"]):
        held += event["args"]["Bytes"]
        most = max(most, held)
    return most
