"use strict";
(() => {
  const format = (unit) => (v) => {
    const a = Math.abs(v);
    if (unit === "nanoseconds") {
      for (const [n, u] of [[6e10, "min"], [1e9, "s"], [1e6, "ms"], [1e3, "µs"]]) {
        if (a >= n) return (v / n).toPrecision(3) + " " + u;
      }
      return v.toFixed(0) + " ns";
    }
    if (unit === "bytes") {
      for (const [n, u] of [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]) {
        if (a >= n) return (v / n).toPrecision(3) + " " + u;
      }
      return v.toFixed(0) + " B";
    }
    return (Number.isInteger(v) ? v.toFixed(0) : v.toFixed(1)) + " " + unit;
  };

  // A node is its name, both values, what it calls, how many are left out, and its caller.
  const read = (data) => {
    const node = ([name, base, head, children, left], parent) => {
      const n = { name, base, head, left: left || 0, parent, depth: parent ? parent.depth + 1 : 0, children: [] };
      n.children = (children || []).map((c) => node(c, n));
      return n;
    };
    return node(data.root, null);
  };

  // Callers of a function: the stacks that it is on, from it back, with what they cost.
  const callers = (root, name) => {
    const top = { name, base: 0, head: 0, left: 0, parent: null, depth: 0, children: [], by: new Map() };
    const visit = (n, on) => {
      if (n.name === name && !on) {
        let at = top;
        at.base += n.base;
        at.head += n.head;
        for (let p = n.parent; p && p.parent; p = p.parent) {
          let c = at.by.get(p.name);
          if (!c) {
            c = { name: p.name, base: 0, head: 0, left: 0, parent: at, depth: at.depth + 1, children: [], by: new Map() };
            at.by.set(p.name, c);
            at.children.push(c);
          }
          c.base += n.base;
          c.head += n.head;
          at = c;
        }
      }
      for (const c of n.children) visit(c, on || n.name === name);
    };
    visit(root, false);
    return top;
  };

  const graph = (figure) => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const value = format(data.unit);
    const plain = new Set(data.plain);
    const whole = read(data);
    const state = { root: whole, focus: whole, selected: whole, width: "head", relative: false, gone: true, search: null };
    const stage = figure.querySelector(".stage");
    const status = figure.querySelector(".status");
    const control = (name) => figure.querySelector(`[name="${name}"]`);
    figure.querySelector(".controls").hidden = false;

    // With "relative", both sides have the same whole: what is shown is shares.
    const scale = () => (state.relative && whole.base > 0 && whole.head > 0 ? whole.head / whole.base : 1);
    const base = (n) => n.base * scale();
    const delta = (n) => n.head - base(n);
    const size = (n) => {
      switch (state.width) {
        case "base": return Math.max(base(n), 0);
        case "larger": return Math.max(base(n), n.head, 0);
        case "change": return change(n);
      }
      return Math.max(n.head, state.gone && n.head === 0 ? base(n) : 0);
    };
    // What functions changed themselves, in all that is below: so that what cancels is seen.
    const changes = new Map();
    const change = (n) => {
      let v = changes.get(n);
      if (v === undefined) {
        const own = delta(n) - n.children.reduce((s, c) => s + delta(c), 0);
        v = n.children.reduce((s, c) => s + change(c), Math.abs(own));
        changes.set(n, v);
      }
      return v;
    };

    const describe = (n) => {
      const d = delta(n), b = base(n);
      const part = b === 0 ? (n.head === 0 ? "" : ", new") : n.head === 0 ? ", gone" : `, ${d < 0 ? "" : "+"}${((100 * d) / b).toFixed(1)} %`;
      const left = n.left ? `; ${n.left} small ones below it are left out` : "";
      const noise = data.tested && plain.has(n.name) ? "; not significant" : "";
      return `${data.names[n.name]}: ${d < 0 ? "−" : "+"}${value(Math.abs(d))}${part} (base ${value(b)}, head ${value(n.head)})${noise}${left}`;
    };

    const color = (n) => {
      const d = delta(n), most = Math.max(base(n), n.head);
      if (most === 0 || d === 0 || (data.tested && plain.has(n.name))) return "none";
      const strength = Math.min(1, Math.abs(d) / most);
      return (d > 0 ? "more" : "less") + Math.min(3, 1 + Math.floor(3 * strength));
    };

    // The path of a package is told on demand: in a frame its last element has to do.
    const short = (name) => {
      const end = name.search(/[[(]/), slash = name.lastIndexOf("/", end < 0 ? name.length : end);
      return name.slice(slash + 1);
    };

    const boxes = [];
    const place = (n, left, width, level) => {
      if (width < 0.05) return; // per cent: below a pixel
      boxes.push({ n, left, width, level });
      const visible = n.children.filter((c) => state.gone || c.head !== 0);
      const sizes = visible.map(size);
      const sum = sizes.reduce((a, b) => a + b, 0);
      const room = Math.max(size(n), sum);
      if (room <= 0) return;
      let at = left;
      visible.forEach((c, i) => {
        const w = (width * sizes[i]) / room;
        place(c, at, w, level + 1);
        at += w;
      });
    };

    const draw = () => {
      boxes.length = 0;
      changes.clear();
      const above = [];
      for (let n = state.focus.parent; n; n = n.parent) above.unshift(n);
      above.forEach((n, i) => boxes.push({ n, left: 0, width: 100, level: i, above: true }));
      place(state.focus, 0, 100, above.length);
      const height = 1 + boxes.reduce((m, b) => Math.max(m, b.level), 0);
      stage.style.height = height * 1.4 + "rem";
      let matched = 0;
      const found = state.search;
      const parts = document.createDocumentFragment();
      for (const b of boxes) {
        const e = document.createElement("div");
        const sign = delta(b.n) > 0 ? "+" : delta(b.n) < 0 ? "−" : "";
        const kind = color(b.n);
        e.className = `frame ${kind}${b.above ? " above" : ""}${b.n === state.selected ? " selected" : ""}`;
        if (found && found.test(data.names[b.n.name])) {
          e.classList.add("found");
        }
        e.style.left = b.left + "%";
        e.style.width = b.width + "%";
        e.style.top = b.level * 1.4 + "rem";
        e.textContent = b.width > 2 ? (kind === "none" ? "" : sign + " ") + short(data.names[b.n.name]) : "";
        e.title = describe(b.n);
        e.setAttribute("role", "treeitem");
        e.setAttribute("aria-level", b.level + 1);
        e.setAttribute("aria-label", e.title);
        if (b.n === state.selected) e.id = stage.id + "-selected";
        e.addEventListener("click", () => { select(b.n); zoom(b.n); });
        parts.append(e);
      }
      if (found) {
        const visit = (n) => (found.test(data.names[n.name]) ? n.head : n.children.reduce((s, c) => s + visit(c), 0));
        matched = state.root.head ? (100 * visit(state.root)) / state.root.head : 0;
      }
      stage.replaceChildren(parts);
      stage.setAttribute("aria-activedescendant", stage.id + "-selected");
      remember();
      status.textContent = describe(state.selected) + (found ? ` — ${matched.toFixed(1)} % of the head match` : "");
    };

    // The state stands in the address, so that a view can be sent to somebody else.
    const remember = () => {
      const p = new URLSearchParams();
      if (state.width !== "head") p.set("width", state.width);
      if (state.relative) p.set("relative", "1");
      if (!state.gone) p.set("gone", "0");
      if (state.search) p.set("search", state.search.source);
      if (state.root !== whole) p.set("callers", data.names[state.root.name]);
      history.replaceState(null, "", "#" + p);
    };
    const recall = () => {
      const p = new URLSearchParams(location.hash.slice(1));
      if (p.has("width")) control("width").value = p.get("width");
      state.width = control("width").value || "head";
      state.relative = control("relative").checked = p.get("relative") === "1";
      state.gone = control("gone").checked = p.get("gone") !== "0";
      if (p.has("search")) find((control("search").value = p.get("search")));
      const name = data.names.indexOf(p.get("callers"));
      if (name >= 0) state.root = state.focus = state.selected = callers(whole, name);
    };
    const find = (text) => {
      const field = control("search");
      field.setCustomValidity("");
      try {
        state.search = text ? new RegExp(text, "i") : null;
      } catch {
        state.search = null;
        field.setCustomValidity("this is no regular expression");
      }
    };

    const select = (n) => { state.selected = n; };
    const zoom = (n) => { state.focus = n; draw(); };
    const reset = () => { state.root = whole; state.focus = state.selected = whole; draw(); };

    for (const name of ["width"]) control(name).addEventListener("change", (e) => { state[name] = e.target.value; draw(); });
    for (const name of ["relative", "gone"]) control(name).addEventListener("change", (e) => { state[name] = e.target.checked; draw(); });
    control("search").addEventListener("input", (e) => { find(e.target.value); draw(); });
    control("callers").addEventListener("click", () => {
      state.root = state.focus = state.selected = callers(whole, state.selected.name);
      draw();
    });
    control("reset").addEventListener("click", reset);

    stage.addEventListener("keydown", (e) => {
      const n = state.selected, siblings = n.parent ? n.parent.children : [n], i = siblings.indexOf(n);
      const to = { ArrowUp: n.parent, ArrowDown: n.children[0], ArrowLeft: siblings[i - 1], ArrowRight: siblings[i + 1] }[e.key];
      if (to) select(to);
      else if (e.key === "Enter") state.focus = n;
      else if (e.key === "Escape") { reset(); e.preventDefault(); return; }
      else return;
      e.preventDefault();
      draw();
    });
    recall();
    draw();
  };

  // A table can be sorted by the numbers that its cells carry, or else by their texts.
  const sortable = (table) => {
    table.querySelectorAll("thead th").forEach((th, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = th.textContent;
      th.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = th.getAttribute("aria-sort") !== "descending";
        table.querySelectorAll("th").forEach((o) => o.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (tr) => {
          const cell = tr.cells[column];
          return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
        };
        const rows = [...table.tBodies[0].rows].sort((a, b) => {
          const x = key(a), y = key(b);
          const c = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
          return down ? -c : c;
        });
        table.tBodies[0].append(...rows);
      });
    });
  };

  document.querySelectorAll("figure.flame").forEach(graph);
  document.querySelectorAll("table.sortable").forEach(sortable);
})();
