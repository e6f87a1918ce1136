// The picture of every server over time. Data come once as runs of neighbouring servers per grant; they are painted into
// images of one pixel per server and week, and those are scaled onto the canvas, so that zooming and moving stay fluid.
"use strict";
(() => {
  const ROWS_PER_IMAGE = 4096, AXIS = 24, NAMES = 128, MOST_ROW = 28;
  const SERIES = ["--actual", "--p50", "--p90", "--plan", "--paid", "--late", "--primary-2", "--warn", "--out"];

  function unpacked(data) {
    const names = [], poolOf = [], starts = [];
    data.pools.forEach((pool, at) => {
      starts.push(names.length);
      pool.pods.forEach(([pod, count, listed]) => {
        for (let n = 1; n <= count; n++) { names.push(listed.length ? listed[n - 1] : `${pool.id}/${pod}/${String(n).padStart(3, "0")}`); poolOf.push(at); }
      });
    });
    starts.push(names.length);
    const grid = new Int32Array(names.length * data.weeks).fill(-2);
    data.pools.forEach((pool, at) => {
      let step = 0, level = 0;
      const steps = [...pool.in_service].sort((a, b) => a[0] - b[0]);
      for (let week = 0; week < data.weeks; week++) {
        while (step < steps.length && steps[step][0] <= week) level = steps[step++][1];
        const end = Math.min(starts[at] + level, starts[at + 1]);
        for (let row = starts[at]; row < end; row++) grid[row * data.weeks + week] = -1;
      }
      pool.outages.forEach(([from, to, ...runs]) => spread(runs, (row) => grid.fill(-2, row * data.weeks + from, row * data.weeks + Math.min(to, data.weeks))));
    });
    data.held.forEach(([, , , from, to, , ...runs], index) => spread(runs, (row) => grid.fill(index, row * data.weeks + from, row * data.weeks + to)));
    return { ...data, names, poolOf, starts, grid };
  }

  function spread(runs, each) {
    let place = 0;
    for (let at = 0; at < runs.length; at += 2) { place += runs[at]; for (let n = 0; n < runs[at + 1]; n++) each(place++); }
  }

  function colours() {
    const style = getComputedStyle(document.documentElement), probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const read = (name) => { probe.fillStyle = style.getPropertyValue(name).trim(); probe.fillRect(0, 0, 1, 1); return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3); };
    return { series: SERIES.map(read), shut: read("--paper"), idle: read("--free"), ink: style.getPropertyValue("--ink").trim(), soft: style.getPropertyValue("--ink-3").trim(), line: style.getPropertyValue("--line-2").trim(), mark: style.getPropertyValue("--bad").trim(), font: getComputedStyle(document.body).fontFamily };
  }

  function start(box, data) {
    const model = unpacked(data), rows = model.names.length, weeks = model.weeks;
    const canvas = box.querySelector(".picture-frame canvas"), pen = canvas.getContext("2d"), said = box.querySelector("[data-said]"), open = box.querySelector("[data-open]");
    let paint = colours(), images = [], wide = 0, high = 0, ratio = 1, by = "sector";
    const view = { top: 0, row: 1, left: 0, week: 1 }, cursor = { row: 0, week: 0 };
    let asked = false, drag = null, fitted = false, pinned = false;

    function keyOf(index) { return by === "sector" ? model.held[index][2] : by === "organisation" ? model.held[index][1] : 0; }
    // The largest organisations have a colour each; all others share the last.
    function colouring() {
      if (by !== "organisation") return (key) => paint.series[key % paint.series.length];
      const sums = new Map();
      model.held.forEach((each) => { let n = 0; for (let at = 7; at < each.length; at += 2) n += each[at]; sums.set(each[1], (sums.get(each[1]) || 0) + n * (each[4] - each[3])); });
      ranked = [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([key]) => key).slice(0, SERIES.length - 1);
      const place = new Map(ranked.map((key, at) => [key, at]));
      return (key) => paint.series[place.has(key) ? place.get(key) : SERIES.length - 1];
    }
    let ranked = [];

    function bake() {
      // One colour per grant, as the four bytes of a pixel, so that half a million cells take one look-up each.
      const bytes = new Uint8ClampedArray(4), whole = new Uint32Array(bytes.buffer);
      const pixel = ([r, g, b]) => { bytes.set([r, g, b, 255]); return whole[0]; };
      const colour = colouring(), idle = pixel(by === "idle" ? paint.series[5] : paint.idle), shut = pixel(paint.shut);
      const held = Uint32Array.from(model.held, (_each, index) => pixel(by === "idle" ? paint.series[3] : colour(keyOf(index))));
      images = [];
      for (let first = 0; first < rows; first += ROWS_PER_IMAGE) {
        const count = Math.min(ROWS_PER_IMAGE, rows - first), image = document.createElement("canvas");
        image.width = weeks; image.height = count;
        const inside = image.getContext("2d"), pixels = inside.createImageData(weeks, count), to = new Uint32Array(pixels.data.buffer);
        for (let cell = 0, from = first * weeks; cell < to.length; cell++, from++) {
          const index = model.grid[from];
          to[cell] = index >= 0 ? held[index] : index === -1 ? idle : shut;
        }
        inside.putImageData(pixels, 0, 0);
        images.push({ image, first, count });
      }
      baked++;
      legend();
    }

    function legend() {
      const list = box.querySelector("[data-legend]"), entries = [];
      if (by === "sector") model.sectors.forEach((name, at) => entries.push([name, paint.series[at % paint.series.length]]));
      if (by === "organisation") { ranked.forEach((key, at) => entries.push([model.organisations[key], paint.series[at]])); if (model.organisations.length > ranked.length) entries.push([box.dataset.others, paint.series[SERIES.length - 1]]); }
      if (by === "idle") entries.push([box.dataset.held, paint.series[3]]);
      entries.push([box.dataset.idle, by === "idle" ? paint.series[5] : paint.idle], [box.dataset.shut, paint.shut]);
      list.replaceChildren(...entries.map(([name, [r, g, b]]) => {
        const item = document.createElement("li"), swatch = document.createElement("canvas");
        swatch.width = swatch.height = 16; swatch.setAttribute("aria-hidden", "true");
        const inside = swatch.getContext("2d");
        inside.fillStyle = `rgb(${r} ${g} ${b})`; inside.fillRect(0, 0, 16, 16); inside.strokeStyle = paint.line; inside.strokeRect(0.5, 0.5, 15, 15);
        item.append(swatch, name);
        return item;
      }));
    }

    const roomY = () => high - AXIS, roomX = () => wide - NAMES, leastRow = () => roomY() / rows, leastWeek = () => roomX() / weeks;
    function clamp() {
      view.row = Math.min(Math.max(view.row, leastRow()), Math.max(MOST_ROW, leastRow()));
      view.week = Math.min(Math.max(view.week, leastWeek()), Math.max(leastWeek(), 72));
      view.top = Math.min(Math.max(view.top, 0), Math.max(0, rows - roomY() / view.row));
      view.left = Math.min(Math.max(view.left, 0), Math.max(0, weeks - roomX() / view.week));
    }
    function redraw() { if (!asked) { asked = true; requestAnimationFrame(draw); } }

    function draw() {
      asked = false;
      clamp();
      canvas.style.touchAction = view.row <= leastRow() * 1.001 ? "pan-y" : "none";  // nothing to move: a finger moves the page
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, wide, high);
      pen.save(); pen.beginPath(); pen.rect(NAMES, AXIS, roomX(), roomY()); pen.clip();
      pen.imageSmoothingEnabled = false;
      const left = NAMES - view.left * view.week, across = weeks * view.week;
      if (view.row < 1) {
        // Several servers share a line: mixed from top to bottom first, and only then made wide, so that weeks keep their edges.
        const mixed = overview(Math.max(1, Math.round(roomY() * ratio)));
        pen.drawImage(mixed, 0, 0, weeks, mixed.height, left, AXIS, across, roomY());
      } else each((image, from, rows, y) => pen.drawImage(image, 0, from, weeks, rows, left, AXIS + y, across, rows * view.row));
      grid();
      const x = NAMES + (cursor.week - view.left) * view.week, y = AXIS + (cursor.row - view.top) * view.row;
      for (const [ink, width] of [[`rgb(${paint.shut.join(" ")})`, 5], [paint.mark, 2]]) { pen.strokeStyle = ink; pen.lineWidth = width; pen.strokeRect(x, y - 1, Math.max(view.week, 4), Math.max(view.row, 4) + 1); }
      pen.restore();
      labels();
    }

    // Each image's part in sight, in whole source rows, so that nothing larger than the canvas is ever scaled.
    function each(paste) {
      for (const { image, first, count } of images) {
        const from = Math.max(0, Math.floor(view.top) - first), to = Math.min(count, Math.ceil(view.top + roomY() / view.row) - first);
        if (to > from) paste(image, from, to - from, (first + from - view.top) * view.row);
      }
    }

    // Kept while only the cursor moves.
    const mixer = document.createElement("canvas");
    let baked = 0, mixedFor = "";
    function overview(height) {
      const wanted = [baked, view.top, view.row, height].join();
      if (wanted === mixedFor) return mixer;
      mixedFor = wanted;
      mixer.width = weeks; mixer.height = height;
      const inside = mixer.getContext("2d"), scale = height / roomY();
      inside.imageSmoothingQuality = "high";
      each((image, from, rows, y) => inside.drawImage(image, 0, from, weeks, rows, 0, y * scale, weeks, rows * view.row * scale));
      return mixer;
    }

    function grid() {
      if (view.row >= 6) borders();
      pen.strokeStyle = paint.ink; pen.lineWidth = 1; pen.beginPath();
      // Where pools are only a few points high, lines between them would hide them.
      if (view.row * rows >= 8 * model.pools.length) model.starts.slice(1, -1).forEach((row) => { const y = Math.round(AXIS + (row - view.top) * view.row) + 0.5; pen.moveTo(NAMES, y); pen.lineTo(wide, y); });
      pen.stroke();
    }

    // Close up, a thin line between cells of different holders: neighbours of one colour are told apart.
    function borders() {
      const last = Math.min(rows, Math.ceil(view.top + roomY() / view.row)), end = Math.min(weeks, Math.ceil(view.left + roomX() / view.week));
      pen.strokeStyle = `rgb(${paint.shut.join(" ")})`; pen.lineWidth = 1; pen.beginPath();
      for (let row = Math.max(0, Math.floor(view.top)); row < last; row++) {
        const y = AXIS + (row - view.top) * view.row;
        for (let week = Math.max(0, Math.floor(view.left)); week < end; week++) {
          const held = model.grid[row * weeks + week], x = NAMES + (week - view.left) * view.week;
          if (week && model.grid[row * weeks + week - 1] !== held) { pen.moveTo(x, y); pen.lineTo(x, y + view.row); }
          if (row && (view.row >= 14 || model.grid[(row - 1) * weeks + week] !== held)) { pen.moveTo(x, y); pen.lineTo(x + view.week, y); }
        }
      }
      pen.stroke();
    }

    function labels() {
      pen.fillStyle = paint.soft; pen.font = `12px ${paint.font}`; pen.textBaseline = "middle";
      const every = Math.max(1, Math.ceil(90 / view.week));
      for (let week = Math.ceil(view.left / every) * every; week < Math.min(weeks, view.left + roomX() / view.week - 70 / view.week); week += every) pen.fillText(dayOf(week), NAMES + (week - view.left) * view.week + 2, AXIS / 2);
      pen.save(); pen.beginPath(); pen.rect(0, AXIS, NAMES - 6, roomY()); pen.clip();
      if (view.row >= 12) { for (let row = Math.floor(view.top); row < Math.min(rows, view.top + roomY() / view.row); row++) pen.fillText(model.names[row], 6, AXIS + (row + 0.5 - view.top) * view.row); }
      else {
        pen.font = `600 12px ${paint.font}`;
        let next = AXIS;  // a name has room below the one before it; of small pools only some are named
        model.pools.forEach((pool, at) => {
          const y = Math.max(AXIS + (model.starts[at] - view.top) * view.row, AXIS), end = AXIS + (model.starts[at + 1] - view.top) * view.row;
          if (end > AXIS && y < high - 14 && y >= next) { pen.fillText(pool.name, 6, y + 9); next = y + 16; }
        });
      }
      pen.restore();
    }

    function dayOf(week) { const day = new Date(`${model.start_on}T00:00:00Z`); day.setUTCDate(day.getUTCDate() + week * 7); return day.toISOString().slice(0, 10); }
    function tell() {
      const held = model.grid[cursor.row * weeks + cursor.week], pool = model.pools[model.poolOf[cursor.row]];
      const what = held === -2 ? box.dataset.shut : held === -1 ? box.dataset.idle : [model.held[held][0], model.organisations[model.held[held][1]], model.sectors[model.held[held][2]], `${dayOf(model.held[held][3])} – ${dayOf(model.held[held][4])}`].join(" · ");
      const grant = held >= 0 && !model.held[held][5] ? model.held[held][0] : "";  // a lease of before is no application of this plan
      open.hidden = !grant;
      if (grant) open.href = box.dataset.application.replace("~", encodeURIComponent(grant));
      said.textContent = `${model.names[cursor.row]} (${pool.name}) · ${box.dataset.week} ${cursor.week + 1}, ${dayOf(cursor.week)}: ${what}`;
    }
    function zoom(factor, x = NAMES + roomX() / 2, y = AXIS + roomY() / 2) {
      const row = view.top + (y - AXIS) / view.row, week = view.left + (x - NAMES) / view.week;
      const before = view.row;
      view.row = Math.min(Math.max(view.row * factor, leastRow()), Math.max(MOST_ROW, leastRow()));
      if (view.row > 4 || view.week > leastWeek()) view.week *= Math.sqrt(view.row / before);
      clamp();
      view.top = row - (y - AXIS) / view.row; view.left = week - (x - NAMES) / view.week;
      redraw();
    }
    function whole() { view.row = leastRow(); view.week = leastWeek(); view.top = view.left = 0; redraw(); }
    function show() {
      if (cursor.row < view.top || cursor.row >= view.top + roomY() / view.row - 1) view.top = cursor.row - roomY() / view.row / 2;
      if (cursor.week < view.left || cursor.week >= view.left + roomX() / view.week - 1) view.left = cursor.week - roomX() / view.week / 2;
      tell(); redraw();
    }
    function inside(at) { return at.row >= 0 && at.row < rows && at.week >= 0 && at.week < weeks && at.x >= NAMES && at.y >= AXIS; }
    function place(event) {
      const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      return { x, y, row: Math.floor(view.top + (y - AXIS) / view.row), week: Math.floor(view.left + (x - NAMES) / view.week) };
    }

    canvas.addEventListener("wheel", (event) => {
      const at = place(event);
      if (event.ctrlKey || event.metaKey) { event.preventDefault(); zoom(Math.exp(-event.deltaY / 240), at.x, at.y); return; }
      const before = [view.top, view.left];
      view.top += event.deltaY / view.row * (event.deltaMode ? 20 : 1); view.left += event.deltaX / view.week;
      clamp();
      if (view.top !== before[0] || view.left !== before[1]) { event.preventDefault(); redraw(); }
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); drag = { ...place(event), top: view.top, left: view.left }; });
    canvas.addEventListener("pointerup", (event) => {
      const at = place(event), still = drag && Math.abs(at.x - drag.x) + Math.abs(at.y - drag.y) < 5;
      drag = null;
      if (!still || !inside(at)) return;
      // A click holds the cell, so that the pointer can leave for its link; a second one lets it go.
      pinned = !(pinned && cursor.row === at.row && cursor.week === at.week);
      cursor.row = at.row; cursor.week = at.week; tell(); redraw();
    });
    canvas.addEventListener("dblclick", () => { if (!open.hidden) open.click(); });
    canvas.addEventListener("pointercancel", () => { drag = null; });
    canvas.addEventListener("pointermove", (event) => {
      const at = place(event);
      if (drag) { view.top = drag.top - (at.y - drag.y) / view.row; view.left = drag.left - (at.x - drag.x) / view.week; redraw(); return; }
      if (!pinned && inside(at)) { cursor.row = at.row; cursor.week = at.week; tell(); redraw(); }
    });
    canvas.addEventListener("keydown", (event) => {
      const far = Math.max(1, Math.round(roomY() / view.row / 2));
      const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-far, 0], PageDown: [far, 0], Home: [-rows, -weeks], End: [rows, weeks] };
      if (moves[event.key]) { cursor.row = Math.min(rows - 1, Math.max(0, cursor.row + moves[event.key][0])); cursor.week = Math.min(weeks - 1, Math.max(0, cursor.week + moves[event.key][1])); show(); }
      else if (event.key === "+" || event.key === "=") aim(1.6);
      else if (event.key === "-") aim(1 / 1.6);
      else if (event.key === "0") whole();
      else if (event.key === "Escape") pinned = false;
      else if (event.key === "Enter" && !open.hidden) open.click();
      else return;
      event.preventDefault();
    });
    function aim(factor) { zoom(factor, NAMES + (cursor.week + 0.5 - view.left) * view.week, AXIS + (cursor.row + 0.5 - view.top) * view.row); }
    box.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => (button.dataset.zoom === "whole" ? whole() : aim(button.dataset.zoom === "in" ? 1.6 : 1 / 1.6))));
    box.querySelector("select").addEventListener("change", (event) => { by = event.target.value; bake(); redraw(); });
    let found = { words: "", all: [], at: -1 };
    function matches(words) {
      const has = (text) => text.toLowerCase().includes(words), named = [];
      model.names.forEach((name, row) => { if (has(name)) named.push([row, 0]); });
      return named.length ? named : model.held.filter((each) => has(each[0]) || has(model.organisations[each[1]])).map((each) => [each[6], each[3]]);
    }
    box.querySelector("[data-find]").addEventListener("submit", (event) => {
      event.preventDefault();
      const words = event.target.querySelector("input").value.trim().toLowerCase();
      if (!words) return;
      // Asked for the same again: the next that matches.
      if (found.words !== words) found = { words, all: matches(words), at: -1 };
      if (!found.all.length) { tell(); said.textContent = box.dataset.missing; return; }
      found.at = (found.at + 1) % found.all.length;
      [cursor.row, cursor.week] = found.all[found.at];
      if (view.row < 12) { view.row = 16; clamp(); }
      show(); canvas.focus({ preventScroll: true });
      if (found.all.length > 1) said.textContent += ` (${found.at + 1}/${found.all.length})`;
    });
    function fit() {
      const frame = canvas.parentElement.getBoundingClientRect(), all = view.row <= leastRow() * 1.001;
      ratio = window.devicePixelRatio || 1; wide = frame.width; high = frame.height;
      canvas.width = Math.round(wide * ratio); canvas.height = Math.round(high * ratio);
      if (all || !fitted) whole(); else redraw();
      fitted = true;
    }
    new ResizeObserver(fit).observe(canvas.parentElement);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { paint = colours(); bake(); redraw(); });
    bake(); fit(); tell();
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-servers]").forEach(async (box) => {
      box.hidden = false;
      const answer = await fetch(box.dataset.servers, { credentials: "same-origin" }).catch(() => null);
      if (!answer || !answer.ok) { box.querySelector("[data-said]").textContent = box.dataset.broken; return; }
      start(box, await answer.json());
    });
  });
})();
