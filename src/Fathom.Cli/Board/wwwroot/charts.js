// Drawings and tables from numbers; they know nothing of runs.
export function element(name, attributes = {}, ...children) {
  const svg = ["svg", "path", "line", "text", "rect", "circle", "g", "title"].includes(name) && attributes.ns !== "html";
  const e = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (key !== "ns") e.setAttribute(key, value);
  e.append(...children);
  return e;
}

export const short = v => v == null ? "" : Math.abs(v) >= 1e5 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(2) : String(+v.toPrecision(4));
export const percent = v => v == null ? "" : (100 * v + 1e-9).toFixed(1) + " %";
export const measure = (name, v) => name.endsWith("accuracy") ? percent(v) : short(v);
export const words = name => name.replaceAll("_", " ");


// For a curve with more points than pixels: of each stretch the lowest and the highest point, so that no peak is lost.
function thinned(points, most) {
  if (points.length <= most) return points;
  const kept = [], stretch = Math.ceil(points.length / (most / 2));
  for (let i = 0; i < points.length; i += stretch) {
    let low = i, high = i;
    for (let j = i; j < Math.min(i + stretch, points.length); j++) {
      if (points[j][1] == null) continue;
      if (points[low][1] == null || points[j][1] < points[low][1]) low = j;
      if (points[high][1] == null || points[j][1] > points[high][1]) high = j;
    }
    for (const j of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) kept.push(points[j]);
  }
  return kept;
}

export function smoothed(points, weight) {
  let mean = null;
  return points.map(([x, y]) => {
    if (y == null) return [x, y];
    mean = mean == null ? y : weight * mean + (1 - weight) * y;
    return [x, mean];
  });
}

// Round steps: 1, 2 or 5 times a power of ten.
function ticks(low, high, count) {
  if (!(high > low)) return [low];
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(m => m * power >= rough);
  const found = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) found.push(Math.abs(t) < step * 1e-9 ? 0 : t);
  return found;
}

export function chart(title, series, log) {
  const W = 460, H = 260, left = 52, right = 10, top = 10, bottom = 30;
  const all = series.flatMap(s => s.points).filter(p => p[1] != null && (!log || p[1] > 0));
  const figure = element("figure", { "data-chart": title });
  figure.append(element("figcaption", {}, title));
  if (!all.length) { figure.append(element("p", {}, "Nothing measured yet.")); return figure; }
  const f = v => log ? Math.log10(v) : v;
  const xs = all.map(p => p[0]), ys = all.map(p => f(p[1]));
  let [x0, x1, y0, y1] = [Math.min(0, ...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (x1 <= x0) x1 = x0 + 1;
  if (y1 <= y0) { y0 -= .5; y1 += .5; }
  const pad = (y1 - y0) * .05; y0 -= pad; y1 += pad;
  const X = x => left + (x - x0) / (x1 - x0) * (W - left - right), Y = y => H - bottom - (f(y) - y0) / (y1 - y0) * (H - top - bottom);
  const last = series.filter(s => s.points.length).map(s => `${s.name} ${measure(title, s.points[s.points.length - 1][1])}`).join(", ");
  const svg = element("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", tabindex: "0", "aria-label": `${title} against epochs. Latest: ${last}. Arrow keys read values.` });
  for (const t of ticks(y0, y1, 5)) {
    const y = H - bottom - (t - y0) / (y1 - y0) * (H - top - bottom);
    svg.append(element("line", { class: "grid", x1: left, x2: W - right, y1: y, y2: y }), element("text", { x: left - 5, y: y + 4, "text-anchor": "end" }, short(log ? 10 ** t : t)));
  }
  for (const t of ticks(x0, x1, 6)) svg.append(element("text", { x: X(t), y: H - 10, "text-anchor": "middle" }, short(t)));
  for (const s of series) {
    let d = "", pen = false;
    for (const [x, y] of thinned(s.points, 800)) {
      if (y == null || (log && y <= 0)) { pen = false; continue; }
      d += `${pen ? "L" : "M"}${X(x).toFixed(1)} ${Y(y).toFixed(1)}`; pen = true;
    }
    const path = element("path", { class: "curve", d, stroke: s.color, "data-points": s.points.length });
    if (s.dashed) path.setAttribute("stroke-dasharray", "6 4");
    svg.append(path);
    if (s.points.length === 1 && s.points[0][1] != null) svg.append(element("circle", { cx: X(s.points[0][0]), cy: Y(s.points[0][1]), r: 3, fill: s.color }));
  }
  hover(figure, svg, series, title, { X, left, right, W, H, top, bottom, x0, x1 });
  figure.append(svg, legend(series));
  return figure;
}

function legend(series) {
  const p = element("p", { class: "legend" });
  for (const s of series) {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = s.color;
    if (s.dashed) swatch.style.opacity = ".55";
    p.append(element("span", { class: "entry" }, swatch, s.name), " ");
  }
  return p;
}

function hover(figure, svg, series, title, g) {
  const tip = element("div", { class: "tip", role: "status", hidden: "" });
  const line = element("line", { class: "cursor", y1: g.top, y2: g.H - g.bottom, visibility: "hidden" });
  svg.append(line);
  figure.append(tip);
  const places = [...new Set(series.flatMap(s => s.points.map(p => p[0])))].sort((a, b) => a - b);
  let at = places.length - 1;
  const show = x => {
    const near = places.reduce((a, b) => Math.abs(b - x) < Math.abs(a - x) ? b : a);
    at = places.indexOf(near);
    line.setAttribute("x1", g.X(near)); line.setAttribute("x2", g.X(near)); line.setAttribute("visibility", "visible");
    const values = series.map(s => {
      const p = s.points.length ? s.points.reduce((a, b) => Math.abs(b[0] - near) < Math.abs(a[0] - near) ? b : a) : null;
      return p && p[1] != null ? `${s.name}: ${measure(title, p[1])}` : null;
    }).filter(v => v);
    tip.textContent = `epoch ${short(near)} · ${values.join(" · ")}`;
    tip.hidden = false;
    tip.style.left = Math.min(60, 100 * g.X(near) / g.W) + "%";
    tip.style.top = "2rem";
  };
  const hide = () => { tip.hidden = true; line.setAttribute("visibility", "hidden"); };
  svg.addEventListener("pointermove", e => {
    const box = svg.getBoundingClientRect();
    show(g.x0 + ((e.clientX - box.left) / box.width * g.W - g.left) / (g.W - g.left - g.right) * (g.x1 - g.x0));
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", e => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -places.length, End: places.length }[e.key];
    if (step === undefined) { if (e.key === "Escape") hide(); return; }
    e.preventDefault();
    show(places[Math.max(0, Math.min(places.length - 1, at + step))]);
  });
}

export function bars(name, kind, h) {
  const W = 220, H = 90, most = Math.max(...h.counts, 1), step = W / h.counts.length;
  const strange = h.not_finite ? `; ${h.not_finite} not finite` : "";
  const svg = element("svg", { viewBox: `0 0 ${W} ${H + 14}`, role: "img", "aria-label": `Histogram of ${kind} of ${name}, from ${short(h.low)} to ${short(h.high)}${strange}` });
  h.counts.forEach((c, i) => svg.append(element("rect", { class: kind === "weights" ? "bar" : "bar gradient", x: i * step + .5, width: step - 1, y: H - c / most * H, height: c / most * H })));
  svg.append(element("text", { x: 0, y: H + 12 }, short(h.low)), element("text", { x: W, y: H + 12, "text-anchor": "end" }, short(h.high)));
  return element("figure", {}, element("figcaption", {}, `${name} (${kind})${strange}`), svg);
}

export function table(headings, rows) {
  const head = element("thead", {}, element("tr", {}, ...headings.map(h => element("th", { scope: "col" }, h))));
  const body = element("tbody", {}, ...rows.map(r => element("tr", {}, ...r.map((c, i) => element(i ? "td" : "th", i ? {} : { scope: "row" }, c == null ? "" : String(c))))));
  return element("table", {}, head, body);
}

