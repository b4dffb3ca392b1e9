"""Words that stand beside each other on one line stand on the same line: a link no lower than the sentence it is in."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

_TEXTS = """() => {
  const groups = new Map(), found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility({ visibilityProperty: true })) continue;
    if (parent.closest('.visually-hidden, select, textarea, script, style, noscript, svg, .tag, .count')) continue;
    let block = parent;
    while (block && /^inline/.test(getComputedStyle(block).display)) block = block.parentElement;
    const range = document.createRange(), size = getComputedStyle(parent).fontSize;
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter(one => one.width > 2);
    if (!groups.has(block)) groups.set(block, []);
    groups.get(block).push(...lines.map(one => [one, size, node.data.trim().slice(0, 40)]));
  }
  for (const texts of groups.values())
    for (let place = 1; place < texts.length; place++) {
      const [one, size, said] = texts[place - 1], [next, other, then] = texts[place];
      const middle = (next.top + next.bottom) / 2, lower = next.bottom - one.bottom;
      if (size === other && one.top < middle && middle < one.bottom && Math.abs(lower) > 1)
        found.push(`"${then}" stands ${lower.toFixed(1)} px lower than "${said}"`);
    }
  return found;
}"""


def off_the_line(page: Page) -> Iterator[str]:
    """Each text, in letters of the same size, that stands higher or lower than the text before it on its line."""
    for one in page.evaluate(_TEXTS):
        yield f"off the line: {one}"


_CELLS = """() => [...document.querySelectorAll('table.stacked td')].filter(one => getComputedStyle(one).display !== 'table-cell'
    && one.checkVisibility({ visibilityProperty: true })).flatMap(cell => {
  const left = cell.getBoundingClientRect().left + parseFloat(getComputedStyle(cell).paddingLeft);
  const boxes = [...cell.childNodes].flatMap(one => {
    if (one.nodeType === Node.ELEMENT_NODE)
      return one.matches('.visually-hidden') ? [] : [...one.getClientRects()];
    const range = document.createRange();
    range.selectNodeContents(one);
    return one.nodeType === Node.TEXT_NODE && one.data.trim() ? [...range.getClientRects()] : [];
  }).filter(one => one.width > 2);
  const first = boxes.filter(one => !boxes.some(other => other.left < one.left - 1
    && other.top < (one.top + one.bottom) / 2 && (one.top + one.bottom) / 2 < other.bottom));
  return first.filter(one => Math.abs(one.left - left) > 3).map(one =>
    `"${cell.innerText.slice(0, 40)}" begins ${(one.left - left).toFixed(1)} px from where its column begins`);
})"""


def out_of_column(page: Page) -> Iterator[str]:
    """Each line in a table that stands under itself, in a small window, that does not begin where the values of it begin."""
    for one in page.evaluate(_CELLS):
        yield f"out of its column: {one}"
