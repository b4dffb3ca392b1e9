/* Two extras: what is typed is kept when the page is left, and five minutes before a page closes it asks whether you are there. */
(() => {
  let touched = null, leaving = false;
  const where = () => touched.getAttribute("action") || location.href;
  const typed = () => {
    const data = new FormData(touched);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("act", "keep");
    return data;
  };
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form && form.method === "post" && form.closest("main")) touched = form;
  });
  document.addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("pagehide", () => { if (touched && !leaving) navigator.sendBeacon(where(), typed()); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!touched || leaving || !link || link.target || link.origin !== location.origin || event.defaultPrevented) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.hash) return;
    event.preventDefault();
    leaving = true;
    fetch(where(), { method: "POST", body: typed(), keepalive: true }).finally(() => { location.href = link.href; });
  });

  const ends = document.getElementById("session-ends"), asks = document.getElementById("session-ending");
  if (!ends || !asks) return;
  let over = 0, timer = 0;
  const say = (closed) => {
    asks.querySelector("[data-soon]").hidden = closed;
    asks.querySelector("[data-over]").hidden = !closed;
    if (!asks.open) asks.showModal();
  };
  const look = () => {
    const left = over - Date.now();
    if (left <= 0) say(true);
    else if (left <= 300000) { say(false); timer = setTimeout(look, left); }
    else timer = setTimeout(look, left - 300000);
  };
  const begin = (seconds) => {
    over = Date.now() + 1000 * seconds;
    clearTimeout(timer);
    look();
  };
  asks.addEventListener("close", () => {
    fetch("/langer").then((answer) => answer.text()).then((text) => {
      const told = new DOMParser().parseFromString(text, "text/html").getElementById("session-ends");
      if (told) begin(+told.dataset.left);
    });
  });
  if (+ends.dataset.left > 300) begin(+ends.dataset.left);
})();
