// @ts-check
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome'];

const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** Where a Chromium, Chrome or Edge is; CHROME in the environment goes first. */
export function browserPath() {
  const own = process.env['CHROME'];
  if (own) {
    if (!fs.existsSync(own)) {
      throw new Error(`CHROME names ${own}, which does not exist.`);
    }
    return own;
  }
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)
    .flatMap(folder => names.map(name => path.join(folder, name)));
  const found = [...onPath, ...macApplications].find(file => fs.existsSync(file));
  if (!found) {
    throw new Error('No browser was found. Install Chromium (Debian: apt-get install -y chromium) or Chrome, or set CHROME to its path.');
  }
  return found;
}

export function launchBrowser() {
  return chromium.launch({
    executablePath: browserPath(),
    args: [
      // Chromium refuses its sandbox to root.
      ...process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--disable-dev-shm-usage',
    ],
  });
}

/**
 * Shows an address to the person at the screen, when there is one.
 * @param {string} url
 */
export function showInBrowser(url) {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return false;
  }
  try {
    execFileSync(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
