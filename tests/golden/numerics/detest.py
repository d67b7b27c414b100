"""Writes detest.csv beside itself: the states at t = 20 of the non-stiff problems A1 to D5 of Hull, Enright, Fellen and Sedgwick,
"Comparing numerical methods for ordinary differential equations", SIAM J. Numer. Anal. 9 (1972). Computed by Gragg-Bulirsch-Stoer
extrapolation (another method than those under test) at a local tolerance of 1e-15 in double precision; where a closed form exists it is
used instead. The last column says how far the results at half the step length lie away, relative to 1 + |y|."""
import math
import os


def gbs(f, y, t, end, pieces):
    """Extrapolates the modified midpoint rule over equal pieces, twelve columns or until rounding."""
    h = (end - t) / pieces
    for p in range(pieces):
        f0, rows = f(t, y), []
        for k in range(12):
            n = 2 * (k + 1)
            s = h / n
            a, b = y, [u + s * v for u, v in zip(y, f0)]
            for i in range(1, n):
                d = f(t + i * s, b)
                a, b = b, [u + 2 * s * v for u, v in zip(a, d)]
            d = f(t + h, b)
            row = [[0.5 * (u + v + s * w) for u, v, w in zip(a, b, d)]]
            for j in range(1, k + 1):
                q = (k + 1) ** 2 / (k + 1 - j) ** 2 - 1
                row.append([u + (u - v) / q for u, v in zip(row[j - 1], rows[-1][j - 1])])
            err = max(abs(u - v) / (1e-30 + abs(u) + 1e-3) for u, v in zip(row[-1], rows[-1][-1])) if rows else 1
            rows.append(row)
            if err < 1e-15:
                break
        y, t = rows[-1][-1], t + h
    return y


def decay(weights):
    n = len(weights) + 1
    return lambda t, y: [-weights[0] * y[0]] + [weights[i - 1] * y[i - 1] - weights[i] * y[i] for i in range(1, n - 1)] + [weights[-1] * y[n - 2]]


def heat(t, y):
    n = len(y)
    return [(y[i - 1] if i else 0) - 2 * y[i] + (y[i + 1] if i < n - 1 else 0) for i in range(n)]


def torus(t, y):
    r = math.hypot(y[0], y[1])
    return [-y[1] - y[0] * y[2] / r, y[0] - y[1] * y[2] / r, y[0] / r]


K2, M0 = 2.95912208286, 1.00000597682
M = [0.000954786104043, 0.000285583733151, 0.0000437273164546, 0.0000517759138449, 0.00000277777777778]
PLACES = [3.42947415189, 3.35386959711, 1.35494901715, 6.64145542550, 5.97156957878, 2.18231499728, 11.2630437207, 14.6952576794,
          6.27960525067, -30.1552268759, 1.65699966404, 1.43785752721, -21.1238353380, 28.4465098142, 15.3882659679]
SPEEDS = [-.557160570446, .505696783289, .230578543901, -.415570776342, .365682722812, .169143213293, -.325325669158, .189706021964,
          .0877265322780, -.0240476254170, -.287659532608, -.117219543175, -.176860753121, -.216393453025, -.0148647893090]


def planets(t, y):
    p = [y[3 * j:3 * j + 3] for j in range(5)]
    r3 = [sum(c * c for c in q) ** 1.5 for q in p]
    out = list(y[15:])
    for j in range(5):
        d3 = [sum((a - b) ** 2 for a, b in zip(p[k], p[j])) ** 1.5 for k in range(5)]
        for i in range(3):
            pull = sum(M[k] * ((p[k][i] - p[j][i]) / d3[k] - p[k][i] / r3[k]) for k in range(5) if k != j)
            out.append(K2 * (-(M0 + M[j]) * p[j][i] / r3[j] + pull))
    return out


def kepler(e, t):
    u = t
    for _ in range(200):
        u -= (u - e * math.sin(u) - t) / (1 - e * math.cos(u))
    d, b = 1 - e * math.cos(u), math.sqrt(1 - e * e)
    return [math.cos(u) - e, b * math.sin(u), -math.sin(u) / d, b * math.cos(u) / d]


PROBLEMS = {
    "A5": (lambda t, y: [(y[0] - t) / (y[0] + t)], [4.0]),
    "B1": (lambda t, y: [2 * (y[0] - y[0] * y[1]), -(y[1] - y[0] * y[1])], [1.0, 3.0]),
    "B2": (lambda t, y: [-y[0] + y[1], y[0] - 2 * y[1] + y[2], y[1] - y[2]], [2.0, 0.0, 1.0]),
    "B3": (lambda t, y: [-y[0], y[0] - y[1] ** 2, y[1] ** 2], [1.0, 0.0, 0.0]),
    "B4": (torus, [3.0, 0.0, 0.0]),
    "B5": (lambda t, y: [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]], [0.0, 1.0, 1.0]),
    "C1": (decay([1] * 9), [1.0] + [0.0] * 9),
    "C2": (decay(list(range(1, 10))), [1.0] + [0.0] * 9),
    "C3": (heat, [1.0] + [0.0] * 9),
    "C4": (heat, [1.0] + [0.0] * 50),
    "C5": (planets, PLACES + SPEEDS),
}
rows = {"A1": ([math.exp(-20)], 0), "A2": ([1 / math.sqrt(21)], 0), "A3": ([math.exp(math.sin(20))], 0), "A4": ([20 / (1 + 19 * math.exp(-5))], 0)}
for name, (f, y0) in PROBLEMS.items():
    a, b = gbs(f, y0, 0.0, 20.0, 160), gbs(f, y0, 0.0, 20.0, 320)
    rows[name] = (b, max(abs(u - v) / (1 + abs(v)) for u, v in zip(a, b)))
for i, e in enumerate([0.1, 0.3, 0.5, 0.7, 0.9]):
    rows[f"D{i + 1}"] = (kepler(e, 20.0), 0)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "detest.csv"), "w", newline="\n") as out:
    for name, (y, doubt) in rows.items():
        out.write(",".join([name, f"{doubt:.1e}"] + [repr(v) for v in y]) + "\n")
