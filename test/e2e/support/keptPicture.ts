import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import { checkout } from './editor';

const MOST_BYTES = 120_000;

/** The picture in README, which is made anew when somebody asks for it with UPDATE_MEDIA=1. */
export async function keepPicture(page: Page, name: string, clip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): Promise<void> {
  if (process.env['UPDATE_MEDIA'] === '1') {
    const file = path.join(checkout, 'media', 'screenshots', `${name}.png`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await page.screenshot({ path: file, clip });
    assert.ok(fs.statSync(file).size <= MOST_BYTES, `${name}.png is larger than ${MOST_BYTES} bytes`);
  }
}
