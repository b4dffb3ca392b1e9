/* An extra for who works with the keyboard: "/" goes to the search box, arrows go through what was found. Nothing needs it. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const on = event.target;
  const typing = on instanceof HTMLElement && (on.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName));
  const box = document.getElementById("find") || document.getElementById("what");
  if (event.key === "/" && !typing && box) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = Array.from(document.querySelectorAll(".found a"));
  const place = links.indexOf(on);
  if (!links.length || (place < 0 && !(on === box && event.key === "ArrowDown"))) return;
  event.preventDefault();
  const next = event.key === "ArrowDown" ? place + 1 : place - 1;
  (links[next] || (next < 0 ? box : on)).focus();
});
