// An integration that a module declares: found in the panel, opened, activated, and its tokens used
// within its resources. Environment: BASE (the store), NAME (the integration), CHROMIUM, PICTURES.
import assert from 'node:assert/strict';
import { base, browser, context, picture, problems, row, said, signIn, tokens } from './panel.mjs';
import { signed } from './signing.mjs';

const name = process.env.NAME;

try {
  const page = await (await context()).newPage();
  await signIn(page);
  await row(page, name).getByText('Inactive', { exact: true }).waitFor();
  await picture(page, 'declared-integrations');
  await row(page, name).getByRole('link', { name: 'View' }).click();
  await page.getByText('MGT_IntegrationManager').first().waitFor();
  await picture(page, 'declared-integration');
  assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).count(), 0, 'nobody edits it');
  await page.getByRole('link', { name: 'Integrations', exact: true }).first().click();
  await row(page, name).getByRole('link', { name: 'Activate' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  const made = await tokens(page);
  const orders = `${base}/rest/V1/orders?searchCriteria[pageSize]=1`;
  assert.equal((await signed('GET', orders, made)).status, 200, 'what it was granted');
  const refused = await signed('GET', `${base}/rest/V1/store/storeViews`, made);
  assert.equal(refused.status, 401, 'what it was not granted');
  await page.getByRole('link', { name: 'Done' }).click();
  await row(page, name).getByText('Active', { exact: true }).waitFor();
  await row(page, name).getByRole('link', { name: 'Reauthorize' }).click();
  await page.getByRole('button', { name: 'Reauthorize' }).click();
  await said(page, `The integration '${name}' has been re-authorized.`);
  assert.equal((await signed('GET', orders, made)).status, 401, 'old tokens are refused');
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Modules', exact: true }).click();
  await page.getByText('MGT_IntegrationManager').first().waitFor();
  await picture(page, 'modules');
  assert.deepEqual(problems, [], 'no page had a problem');
  console.log('an integration that a module declares: passed');
} finally {
  await browser.close();
}
