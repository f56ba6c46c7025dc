// What every walk through the panel shares. Environment: BASE (the store), CHROMIUM, PICTURES (a folder
// or nothing).
import { chromium } from 'playwright-core';

export const { BASE: base } = process.env;
const { CHROMIUM: executablePath, PICTURES: pictures } = process.env;
export const PASSWORD = 'Admin123!x';
export const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
export const problems = [];

export async function context(options = {}) {
  const made = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  made.setDefaultTimeout(10_000);
  made.on('page', (page) => {
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('dialog', (dialog) => problems.push(`a dialog: ${dialog.message()}`));
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/.test(message.text())) problems.push(message.text());
    });
  });
  return made;
}

export async function signIn(page) {
  await page.goto(`${base}/admin`);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Integrations' }).waitFor();
}

export async function said(page, text) {
  await page.locator('.message', { hasText: text }).first().waitFor();
}

export async function picture(page, name) {
  if (!pictures) return;
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${pictures}/${name}-${width}-${colorScheme}.png` });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
}

export async function tokens(page) {
  await page.getByRole('heading', { name: 'Integration Tokens for Extensions' }).waitFor();
  const value = (label) => page.getByLabel(label, { exact: true }).inputValue();
  return {
    consumerKey: await value('Consumer Key'),
    consumerSecret: await value('Consumer Secret'),
    accessToken: await value('Access Token'),
    accessTokenSecret: await value('Access Token Secret'),
  };
}

export const field = (page, name) => page.getByRole('textbox', { name, exact: true });
export const row = (page, name) => page.getByRole('row', { name: new RegExp(name) });
