// The page that shows the Web API: as a guest, then as the caller of a token, and one call in either
// document. Environment: BASE (the store), TOKEN (of an integration), CHROMIUM, PICTURES.
import assert from 'node:assert/strict';
import { base, browser, context, picture, problems } from './panel.mjs';

const TOKEN = process.env.TOKEN;

async function call(page, path) {
  const operation = page.locator('.opblock', { has: page.locator(`[data-path="${path}"]`) }).first();
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  const status = operation.locator('.live-responses-table .response-col_status').last();
  await status.waitFor();
  return { operation, status: (await status.innerText()).trim().split(/\s/)[0] };
}

async function said(page, pattern) {
  await page.locator('#status', { hasText: pattern }).waitFor();
  return Number((await page.locator('#status').innerText()).split(' ')[0]);
}

async function tag(page, name) {
  const head = page.locator(`.opblock-tag[data-tag="${name}"]`);
  await head.waitFor();
  await head.click();
}

try {
  const page = await (await context()).newPage();
  page.setDefaultTimeout(60_000); // the document is long, and swagger-ui takes its time
  const elsewhere = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  const answer = await page.goto(`${base}/swagger`);
  assert.match(answer.headers()['content-security-policy'], /default-src 'none'; script-src 'self'; style-src 'self';/);
  const ofGuests = await said(page, /without a token$/);
  assert.ok(ofGuests > 5, `${ofGuests} operations of guests`);
  assert.equal(await page.locator('.opblock-tag[data-tag="backendServiceV1ModuleServiceV1"]').count(), 0);

  await page.getByLabel('Access token').fill(TOKEN);
  await page.getByRole('button', { name: 'Read as this caller' }).click();
  const ofCaller = await said(page, /with this token/);
  assert.ok(ofCaller > ofGuests + 100, `${ofCaller} operations of the caller`);
  await picture(page, 'swagger');
  await tag(page, 'backendServiceV1ModuleServiceV1');
  const open = await call(page, '/V1/modules');
  assert.equal(open.status, '200');
  await open.operation.getByText('Magento_Store').first().waitFor();
  await open.operation.scrollIntoViewIfNeeded();
  await picture(page, 'swagger-call');

  await page.getByLabel('Document').selectOption('schema');
  await page.locator('.info .title', { hasText: 'Magento Community' }).waitFor();
  const ofContract = await said(page, /with this token/);
  assert.ok(ofContract >= ofCaller, `${ofContract} operations of the contract`);
  await tag(page, 'directoryCurrencyInformationAcquirerV1');
  assert.equal((await call(page, '/V1/directory/currency')).status, '200');

  await page.getByLabel('Access token').fill('');
  await page.getByLabel('Document').selectOption('open');
  assert.equal(await said(page, /without a token$/), ofGuests, 'the token is forgotten');
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const box = page.locator('.auth-container', { hasText: 'bearer' });
  await box.locator('input').fill(TOKEN);
  await box.getByRole('button', { name: 'Apply credentials' }).click();
  await box.getByRole('button', { name: 'Remove authorization' }).waitFor();

  assert.deepEqual(elsewhere, [], 'nothing is asked of another server');
  assert.deepEqual(problems, [], 'the page had no problem');
  console.log('the page that shows the Web API: passed');
} finally {
  await browser.close();
}
