"""What keeps people out of a page: the rules of axe, asked no more often than their answer can change.

Most of axe's time goes into contrast, and a design system has few ways to paint words. So a way to paint
(colour, size, weight and shadow of the words, everything painted behind them) that axe found good is not
asked about again; one it could not judge is not asked about again in the same component. All other rules are
asked of every page, at every width.
"""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_STRUCTURE = """(tags) => axe.run(document, {
    runOnly: { type: "tag", values: tags },
    rules: { "color-contrast": { enabled: false } },
    resultTypes: ["violations"],
    preload: false,
  }).then(({ violations }) => violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`)))"""
_CONTRAST = """async (asked) => {
  const known = new Set(asked), behind = new Map(), ways = new Map();
  const isClear = (colour) => colour === "transparent" || /^rgba\\(.*, 0\\)$/.test(colour);
  const paintBehind = (one) => {
    if (!one) return "";
    if (!behind.has(one)) {
      const style = getComputedStyle(one);
      let own = isClear(style.backgroundColor) ? "" : style.backgroundColor;
      if (style.backgroundImage !== "none") own += style.backgroundImage;
      if (style.opacity !== "1") own += `/${style.opacity}`;
      behind.set(one, own ? `${paintBehind(one.parentElement)};${own}` : paintBehind(one.parentElement));
    }
    return behind.get(one);
  };
  const hasWords = (one) => one.matches("input, select, textarea")
    || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const one of document.body.querySelectorAll("*")) {
    if (!hasWords(one) || !one.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(one);
    const isOff = Boolean(one.closest(":disabled, [aria-disabled=true]"));
    const words = [style.color, style.fontSize, style.fontWeight, style.textShadow];
    const paint = [isOff, ...words, paintBehind(one)].join("|");
    const way = { paint, here: `${paint}|${one.tagName}|${one.getAttribute("class")}` };
    if (!known.has(paint) && !known.has(way.here)) ways.set(one, way);
  }
  if (!ways.size) return { wrong: [], settled: [] };
  const { passes, violations } = await axe.run({ include: [...ways.keys()].map((one) => [one]) }, {
    runOnly: { type: "rule", values: ["color-contrast"] }, resultTypes: ["passes", "violations"],
    elementRef: true, preload: false });
  const nodesOf = (rules) => rules.flatMap((rule) => rule.nodes);
  const told = (rules) => new Set(nodesOf(rules).map((node) => ways.get(node.element)?.paint));
  const right = told(passes), bad = told(violations);
  const settled = [...ways.values()].map(({ paint, here }) => right.has(paint) ? paint : here);
  return {
    wrong: nodesOf(violations).map((node) => `color-contrast: ${node.html.slice(0, 160)}`),
    settled: [...new Set(settled)].filter((way) => ![...bad].some((paint) => way.startsWith(paint))),
  };
}"""
_settled: set[str] = set()


def structure(page: Page) -> list[str]:
    """Return what breaks a rule of axe, contrast aside, and where."""
    _bring_axe(page)
    return list(page.evaluate(_STRUCTURE, TAGS))


def contrast(page: Page) -> list[str]:
    """Return words that are hard to tell from what is behind them; what was right once stays right."""
    _bring_axe(page)
    said = page.evaluate(_CONTRAST, sorted(_settled))
    _settled.update(said["settled"])
    return list(said["wrong"])


def _bring_axe(page: Page) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT + ";0")
