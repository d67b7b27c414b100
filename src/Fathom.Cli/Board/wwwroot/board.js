// The board polls: the list of runs every second or so, and of a ticked run what is new whenever the list says that there is more.
import { drawRuns, drawList, drawCharts, isDark } from "./sections.js";

const Often = 1000, Seldom = 3000, Slowest = 10000;
const MostTime = .02;                           // of a processor that drawing may take: a slow machine, or one that trains, is asked less often
const $ = id => document.getElementById(id);
const state = { list: [], tag: "", folder: null, chosen: new Set(), runs: new Map(), touched: false, busy: 0 };

function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  $("theme").setAttribute("aria-pressed", String(theme === "dark"));
}

const chosenRuns = () => state.list.filter(r => state.chosen.has(r.name)).map(r => state.runs.get(r.name)).filter(r => r);

async function get(path, headers = {}) {
  const answer = await fetch(path, { headers });
  const text = await answer.text();               // of nothing too: a body that is not read counts as broken off
  if (answer.status === 304) return null;
  if (!answer.ok) throw new Error(text);
  return { tag: answer.headers.get("ETag"), body: JSON.parse(text) };
}

/// Joins what is new to what is known of a run.
function join(known, news) {
  const run = news.config ? { insight: null } : known;
  const curve = [...(run.curve ?? []).slice(0, news.from.points), ...news.curve], metrics = [...(run.metrics ?? []).slice(0, news.from.epochs), ...news.metrics];
  const measured = [...new Set([...(news.from.epochs ? run.measured : []), ...news.metrics.flatMap(m => Object.keys(m))])];
  return { ...run, ...news, curve, metrics, measured, insightMark: "insight" in news ? news.mark : run.insightMark };
}

async function follow(r) {
  const known = state.runs.get(r.name);
  if (known && known.mark === r.mark && known.status === r.status) return;
  const news = await get(`api/runs/${encodeURIComponent(r.name)}${known ? `?since=${known.mark}` : ""}`);
  state.runs.set(r.name, join(known, news.body));
}

async function refresh() {
  const list = await get("api/runs", state.tag ? { "If-None-Match": state.tag } : {});
  if (list) {
    [state.list, state.tag, state.folder] = [list.body.runs, list.tag, list.body];
    for (const name of state.runs.keys()) if (!state.list.some(r => r.name === name)) state.runs.delete(name);
    if (!state.touched && !named.length) state.chosen = new Set(state.list.slice(0, 1).map(r => r.name));
  }
  for (const r of state.list.filter(r => state.chosen.has(r.name))) await follow(r);
  draw();
}

// What is ticked stands in the address, so that it outlives a reload and can be kept as a bookmark.
const named = location.hash.slice(1).split(",").filter(n => n).map(decodeURIComponent);
state.chosen = new Set(named);
function choose(name, on) {
  state.touched = true;
  on ? state.chosen.add(name) : state.chosen.delete(name);
  history.replaceState(null, "", "#" + [...state.chosen].map(encodeURIComponent).join(","));
  look();
}

function draw() {
  const begun = performance.now(), { exists, folder, damaged } = state.folder;
  drawList(state.list, state.chosen, choose);
  drawRuns(chosenRuns());
  const running = state.list.filter(r => r.status === "running").length;
  say(!exists ? `There is no folder ${folder} yet.` : `${state.list.length} ${state.list.length === 1 ? "run" : "runs"}, ${running} running${damaged.length ? `, ${damaged.length} damaged` : ""}`);
  state.busy = performance.now() - begun;
}

function say(text) {
  if ($("status").textContent !== text) $("status").textContent = text;
}

// One look at a time: a tick while another one is going on is seen to behind it.
let looking = null, again = false;
function look() {
  if (looking) { again = true; return looking; }
  looking = (async () => {
    do {
      again = false;
      try { await refresh(); }
      catch (e) {
        state.tag = "";
        say(e instanceof TypeError ? "The board does not answer: has it been ended?" : `The board does not answer: ${e.message}`);
      }
    } while (again);
    looking = null;
  })();
  return looking;
}

let theme = null;
try { theme = localStorage.getItem("theme"); } catch { }
applyTheme(theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
$("theme").addEventListener("click", () => {
  applyTheme(isDark() ? "light" : "dark");
  try { localStorage.setItem("theme", document.documentElement.dataset.theme); } catch { }
  if (state.folder) draw();
});
for (const [id, event] of [["smooth", "input"], ["log", "change"]]) $(id).addEventListener(event, () => {
  $("smooth-value").textContent = $("smooth").value;
  drawCharts(chosenRuns());
});

// Nobody looks, nobody asks: a hidden page is silent, and asks at once when it is seen again.
let timer = 0;
async function tick() {
  clearTimeout(timer);
  await look();
  const wanted = state.list.some(r => r.status === "running") ? Often : Seldom;
  if (!document.hidden) timer = setTimeout(tick, Math.min(Slowest, Math.max(wanted, state.busy / MostTime)));
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
tick();
