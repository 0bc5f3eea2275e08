// Pictures of the states, the whole page each; WIDTHS, LOOKS: fewer of them.
import { join } from 'node:path';
import { browser, each, endDaemons, only } from './harness.mjs';
import { show, states } from './states.mjs';

const widths = (process.env.WIDTHS || '375 768 1280 1920').split(' ').map(Number);
const looks = (process.env.LOOKS || 'light dark').split(' ');
const TALLEST = 6000; // of a page with twenty cards the rest is alike

let taken = 0;
await each(Object.entries(states).filter(([name]) => name.includes(only)), async ([name, state]) => {
  const page = await show(state);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of looks) {
      await page.emulateMedia({ colorScheme });
      const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), TALLEST);
      await page.screenshot({ path: join(process.env.PICTURES, `${name}-${width}-${colorScheme}.png`), fullPage: true,
        clip: { x: 0, y: 0, width, height } });
      taken += 1;
    }
  }
  await page.done();
});
await browser.close();
await endDaemons();
console.log(`${taken} pictures in ${process.env.PICTURES}`);
