// Searches the book in the reader's browser: every word must occur in a part; titles count more than text.
(() => {
    const input = document.getElementById("search"), results = document.getElementById("results"), up = document.body.dataset.up;
    const parts = window.searchIndex.map(p => ({ ...p, low: (p.title + " " + p.part + " " + p.text).toLowerCase(), head: (p.title + " " + p.part).toLowerCase() }));

    const find = words => parts
        .filter(p => words.every(w => p.low.includes(w)))
        .map(p => ({ p, score: words.reduce((n, w) => n + (p.head.includes(w) ? 100 : 0) + Math.min(9, p.low.split(w).length - 1), 0) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, 20)
        .map(r => r.p);

    // Text with the found words marked. Nodes, not HTML: what is typed is never read as markup.
    const marked = (text, words) => {
        const box = document.createElement("small"), low = text.toLowerCase();
        for (let i = 0; i < text.length;) {
            const hit = words.map(w => ({ w, at: low.indexOf(w, i) })).filter(h => h.at >= 0).sort((a, b) => a.at - b.at || b.w.length - a.w.length)[0];
            box.append(text.slice(i, hit ? hit.at : text.length));
            if (!hit) break;
            const mark = document.createElement("mark");
            mark.textContent = text.slice(hit.at, hit.at + hit.w.length);
            box.append(mark);
            i = hit.at + hit.w.length;
        }
        return box;
    };

    const snippet = (text, words) => {
        const at = words.map(w => text.toLowerCase().indexOf(w)).filter(i => i >= 0).sort((a, b) => a - b)[0] ?? 0;
        const from = Math.max(0, at - 50);
        return (from > 0 ? "…" : "") + text.slice(from, from + 150) + (from + 150 < text.length ? "…" : "");
    };

    const entry = (p, words) => {
        const link = document.createElement("a");
        link.href = up + p.url;
        link.append(p.part === p.title ? p.title : p.title + " › " + p.part, marked(snippet(p.text, words), words));
        return link;
    };

    const show = () => {
        const words = input.value.toLowerCase().split(/\s+/).filter(w => w.length > 0);
        const found = words.length ? find(words) : [];
        results.replaceChildren(...found.map(p => entry(p, words)));
        if (words.length && !found.length) {
            const nothing = document.createElement("p");
            nothing.textContent = "Nothing found.";
            results.append(nothing);
        }
        results.hidden = words.length === 0;
    };

    input.addEventListener("input", show);
    input.addEventListener("keydown", e => {
        if (e.key === "Escape") { input.value = ""; show(); }
        if (e.key === "Enter" && results.querySelector("a")) results.querySelector("a").click();
        if (e.key === "ArrowDown") { e.preventDefault(); results.querySelector("a")?.focus(); }
    });
    results.addEventListener("keydown", e => {
        const step = e.key === "ArrowDown" ? "nextElementSibling" : e.key === "ArrowUp" ? "previousElementSibling" : null;
        if (!step) return;
        e.preventDefault();
        (document.activeElement[step] ?? input).focus();
    });
    results.addEventListener("click", () => { results.hidden = true; });
    document.addEventListener("click", e => { if (!e.target.closest(".search")) results.hidden = true; });
    document.addEventListener("keydown", e => {
        if (e.key === "/" && document.activeElement !== input) { e.preventDefault(); input.focus(); }
    });
})();

// Who has no mouse reaches what is wider than the page, to scroll it, and nothing else.
(() => {
    const mark = () => document.querySelectorAll("main figure, main table, main pre").forEach(e => {
        if (e.scrollWidth > e.clientWidth) e.tabIndex = 0;
        else e.removeAttribute("tabindex");
    });
    addEventListener("load", mark);
    addEventListener("resize", mark);
})();
