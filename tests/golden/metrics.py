"""Writes metrics.json: scores, targets and what classification and regression metrics are on them.

Everything is computed sample by sample from the definitions, in plain Python, so that it shares no idea with the library's confusion matrix.
Ratios of nothing to nothing are 0, and classes that occur neither among targets nor among predictions do not count, as in scikit-learn.
Run: python3 tests/golden/metrics.py
"""
import json
import pathlib
import random


def ratio(part, whole):
    return part / whole if whole else 0.0


def figures(scores, target):
    predicted = [max(range(len(row)), key=lambda c: (row[c], -c)) for row in scores]
    pairs = list(zip(target, predicted))
    classes = sorted(set(target) | set(predicted))

    def precision(c):
        return ratio(sum(t == c for t, p in pairs if p == c), sum(p == c for _, p in pairs))

    def recall(c):
        return ratio(sum(p == c for t, p in pairs if t == c), sum(t == c for t, _ in pairs))

    def f1(c):
        return ratio(2 * precision(c) * recall(c), precision(c) + recall(c))

    result = {"accuracy": ratio(sum(t == p for t, p in pairs), len(pairs))}
    for k in (2, 3):
        result[f"top_{k}_accuracy"] = ratio(sum(t in sorted(range(len(row)), key=lambda c: (-row[c], c))[:k] for row, t in zip(scores, target)), len(pairs))
    for name, of in (("precision", precision), ("recall", recall), ("f1", f1)):
        result[f"{name}_macro"] = sum(of(c) for c in classes) / len(classes)
        result[f"{name}_micro"] = result["accuracy"]            # each wrong sample is one false alarm and one miss
        result[f"{name}_weighted"] = sum(of(t) for t, _ in pairs) / len(pairs)
        result[f"{name}_per_class"] = [of(c) for c in range(len(scores[0]))]
    return result


def main():
    random.seed(20)
    cases = []
    for classes, samples, bias in ((2, 9, 0.0), (3, 40, 0.8), (5, 64, 1.5), (7, 12, 0.3), (4, 30, -2.0)):
        target = [random.randrange(classes) for _ in range(samples)]
        scores = [[round(random.gauss(bias if c == t else 0, 1), 3) for c in range(classes)] for t in target]
        cases.append({"scores": scores, "target": target, "figures": figures(scores, target)})
    p = [round(random.gauss(0, 2), 3) for _ in range(25)]
    t = [round(random.gauss(0, 2), 3) for _ in range(25)]
    errors = [a - b for a, b in zip(p, t)]
    squared = sum(e * e for e in errors) / len(errors)
    regression = {"prediction": p, "target": t, "mean_absolute_error": sum(map(abs, errors)) / len(errors),
                  "mean_squared_error": squared, "root_mean_squared_error": squared ** 0.5}
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"cases": cases, "regression": regression}, indent=1) + "\n")


if __name__ == "__main__":
    main()
