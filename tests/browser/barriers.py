"""What keeps people out of a page: the rules of axe, asked no more often than their answer can change.

Most of axe's time goes into contrast, and a design system has few ways to paint words. So a way to paint
(colour, size, weight and shadow of the words, everything painted behind them) that was found good is not
asked about again. A plain colour on a plain ground is reckoned with axe's own arithmetic; all else, and
whatever fails, axe judges on the page, and what it cannot judge again in each component. All other rules are
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
  const known = new Set(asked), grounds = new Map(), ways = new Map(), settled = new Set();
  const isClear = (colour) => colour === "transparent" || /^rgba\\(.*, 0\\)$/.test(colour);
  const isSolid = (colour) => /^rgb\\(/.test(colour);
  const readGround = (one) => {
    const style = getComputedStyle(one), under = groundOf(one.parentElement);
    const isMixed = style.opacity !== "1" || style.backgroundImage !== "none"
      || style.mixBlendMode !== "normal";
    const isLoose = style.position === "absolute" || style.position === "fixed";
    const own = isClear(style.backgroundColor) ? "" : style.backgroundColor;
    const extra = isMixed ? `${style.backgroundImage}/${style.opacity}/${style.mixBlendMode}` : "";
    return {
      painted: own || extra ? `${under.painted};${own}${extra}` : under.painted,
      colour: own || under.colour,
      isPlain: !isMixed && !isLoose && under.isPlain,
    };
  };
  const groundOf = (one) => {
    if (!one) return { painted: "", colour: "", isPlain: true };
    if (!grounds.has(one)) grounds.set(one, readGround(one));
    return grounds.get(one);
  };
  const colourOf = (text) => {
    const colour = new axe.commons.color.Color();
    colour.parseString(text);
    return colour;
  };
  const isEnough = (style, ground) => ground.isPlain && isSolid(ground.colour) && isSolid(style.color)
    && style.textShadow === "none" && axe.commons.color.hasValidContrastRatio(colourOf(ground.colour),
      colourOf(style.color), parseFloat(style.fontSize), Number(style.fontWeight) >= 700).isValid;
  const hasWords = (one) => one.matches("input, select, textarea")
    || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const one of document.body.querySelectorAll("*")) {
    if (!hasWords(one) || !one.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(one), ground = groundOf(one);
    const isOff = Boolean(one.closest(":disabled, [aria-disabled=true]"));
    const words = [style.color, style.fontSize, style.fontWeight, style.textShadow];
    const paint = [isOff, ground.isPlain, ...words, ground.painted].join("|");
    const way = { paint, here: `${paint}|${one.tagName}|${one.getAttribute("class")}` };
    if (known.has(paint) || known.has(way.here) || settled.has(paint)) continue;
    if (isEnough(style, ground)) settled.add(paint);
    else ways.set(one, way);
  }
  if (!ways.size) return { wrong: [], settled: [...settled] };
  const { passes, violations } = await axe.run({ include: [...ways.keys()].map((one) => [one]) }, {
    runOnly: { type: "rule", values: ["color-contrast"] }, resultTypes: ["passes", "violations"],
    elementRef: true, preload: false });
  const nodesOf = (rules) => rules.flatMap((rule) => rule.nodes);
  const told = (rules) => new Set(nodesOf(rules).map((node) => ways.get(node.element)?.paint));
  const right = told(passes), bad = told(violations);
  for (const { paint, here } of ways.values()) {
    if (!bad.has(paint)) settled.add(right.has(paint) ? paint : here);
  }
  return {
    wrong: nodesOf(violations).map((node) => `color-contrast: ${node.html.slice(0, 160)}`),
    settled: [...settled],
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


def bring_along(page: Page) -> None:
    """Let every page that is opened from now on come with axe, which is sooner than bringing it to each."""
    page.add_init_script(AXE_SCRIPT)


def _bring_axe(page: Page) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT + ";0")
