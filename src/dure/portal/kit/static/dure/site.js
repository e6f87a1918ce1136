// The script of every page; servers.js draws one picture. Pages work without either.
// On paper every folded table is open; afterwards it folds again.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details:not([open])").forEach((details) => { details.open = true; details.dataset.folded = "yes"; });
});
window.addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-folded]").forEach((details) => { details.open = false; delete details.dataset.folded; });
});
// Where tables are turned over page by page, printing goes to the page with all rows, which then prints itself.
document.addEventListener("keydown", (event) => {
  const all = document.querySelector("[data-print]");
  if (all && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "p") { event.preventDefault(); location.assign(all.href); }
});
if (new URLSearchParams(location.search).has("print")) window.addEventListener("load", () => document.fonts.ready.then(() => window.print()));
// On a narrow screen menus lie in one line each; the page that is open is to be seen in them.
function inSight() {
  document.querySelectorAll(".menu ul").forEach((menu) => {
    const here = menu.querySelector("[aria-current]");
    if (here) menu.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - menu.offsetLeft - menu.clientWidth / 2;
  });
}
window.addEventListener("resize", inSight);
document.addEventListener("DOMContentLoaded", inSight);
// A file that would be refused for its size is not sent at all: the form stays, and says why at once.
document.addEventListener("change", ({ target: input }) => {
  if (!input.matches("input[type=file][data-most]")) { return; }
  const isLarge = [...input.files].some((file) => file.size > Number(input.dataset.most));
  const said = input.parentElement.querySelector(".too-large") || document.createElement("p");
  said.className = "field-error too-large";
  said.setAttribute("role", "alert");
  input.after(said);
  said.textContent = isLarge ? input.dataset.tooLarge : "";
  if (isLarge) { input.value = ""; }
});
// A wide table or drawing that scrolls sideways can be reached by keyboard.
function reachable() {
  document.querySelectorAll(".table-frame").forEach((frame) => {
    const wide = frame.scrollWidth > frame.clientWidth;
    if (wide) { frame.tabIndex = 0; frame.setAttribute("role", "region"); } else { frame.removeAttribute("tabindex"); frame.removeAttribute("role"); }
  });
}
window.addEventListener("resize", reachable);
document.addEventListener("htmx:afterSettle", reachable);
document.addEventListener("toggle", reachable, true);
document.addEventListener("DOMContentLoaded", reachable);
