// Saves what is typed into a form every ten seconds and on leaving. The form works without it, by its own buttons.
(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) { return; }
  const UNTYPED = ["csrfmiddlewaretoken", "page-by", "page-draft", "page-restored", "page-seen"];
  const says = form.querySelector(".saved");
  const person = form.elements["page-by"].value.split(":")[0];
  const local = `draft:${person}:${form.getAttribute("action")}`; // another person in this window is offered nothing of it
  const localBase = `${local}:base`; // of which version that is a change
  const inputs = () => {
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form)) { if (typeof value === "string") { sent.append(name, value); } }
    return sent;
  };
  const typed = () => {
    const sent = inputs();
    UNTYPED.forEach((name) => sent.delete(name));
    return sent.toString();
  };
  let last = typed(), sending = false, leaving = false;
  const tell = (text, bad) => { says.textContent = text; says.classList.toggle("bad", bad); };
  const keepHere = (text) => {
    try {
      sessionStorage.setItem(local, text);
      sessionStorage.setItem(localBase, form.elements["page-draft"].value);
    } catch { /* a full or closed store keeps nothing */ }
  };
  const save = async (onward = {}) => {
    const now = typed();
    if (sending || leaving || now === last) { return; }
    sending = true;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: inputs(), redirect: "manual", ...onward, headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect" || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) { throw new Error("not saved"); }
      const saved = await answer.json();
      if (answer.ok) {
        form.elements["page-draft"].value = saved.version;
        last = now;
        sessionStorage.removeItem(local);
      }
      tell(saved.says, !answer.ok || saved.displaced);
    } catch {
      keepHere(now);
      tell(form.dataset.lost, true);
    }
    sending = false;
  };
  const leave = () => {
    if (leaving || typed() === last) { return; }
    last = typed();
    keepHere(last); // until a page has it: the next one may be asked for before this arrives, or it never does
    navigator.sendBeacon(form.dataset.draft, inputs());
  };
  const bringBack = (text) => {
    const again = document.createElement("form");
    again.method = "post";
    again.action = form.getAttribute("action");
    const sent = new URLSearchParams(text);
    UNTYPED.forEach((name) => sent.set(name, form.elements[name].value));
    sent.set("page-draft", sessionStorage.getItem(localBase) || ""); // what was saved meanwhile is another's, and is kept
    sent.set("do", "edit");
    for (const [name, value] of sent) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      again.append(input);
    }
    document.body.append(again);
    sessionStorage.removeItem(local);
    leaving = true;
    again.submit();
  };
  const left = sessionStorage.getItem(local);
  if (left === last) { sessionStorage.removeItem(local); }
  if (left && left !== last) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = form.dataset.back;
    button.addEventListener("click", () => bringBack(left));
    form.prepend(button);
  }
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", (event) => { leaving = false; if (event.persisted) { window.location.reload(); } });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") { save({ keepalive: inputs().toString().length < 60000 }); } });
  window.addEventListener("pagehide", leave);
  window.setInterval(() => save(), 10000);
  const focus = form.dataset.focus && document.getElementById(form.dataset.focus);
  if (focus) { focus.focus(); }
  const problems = document.getElementById("problems");
  if (problems) { problems.focus(); }
})();
