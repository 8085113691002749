// Draws the page's PNG icons from its icon.svg, in Chromium: `node scripts/draw-icons.mjs`. Run it when the drawing has changed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** @param {string} name */
const publicFile = (name) => fileURLToPath(new URL(`../apps/mobile/public/${name}`, import.meta.url));
const svg = readFileSync(publicFile("icon.svg"), "utf8");
// A system may cut a maskable icon to any shape: the background fills it, and the drawing stays within the middle four fifths.
const maskable = svg.replace(' rx="112"', "").replace("<path", '<path transform="translate(64 64) scale(0.75)"');

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
try {
  for (const { name, drawing, size } of [
    { name: "icon-192.png", drawing: svg, size: 192 },
    { name: "icon-512.png", drawing: svg, size: 512 },
    { name: "icon-maskable-512.png", drawing: maskable, size: 512 },
  ]) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${drawing}`);
    await page.screenshot({ path: publicFile(name), omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
