// The tutorial, clicked through: an integration's life by hand, with a third party, and without
// scripts. Environment: BASE (the store), ERP (Acme ERP), CHROMIUM, PICTURES (a folder or nothing).
import assert from 'node:assert/strict';
import { PASSWORD, base, browser, context, field, picture, problems, row, said, signIn, tokens } from './panel.mjs';
import { signed } from './signing.mjs';

const { ERP: erp } = process.env;

async function byHand(page) {
  await signIn(page);
  await page.getByRole('link', { name: 'Add New Integration' }).click();
  await field(page, 'Name').fill('By hand');
  await field(page, 'Email').fill('hand@example.com');
  await field(page, 'Callback URL').fill('http://erp.example.com/callback');
  await page.getByRole('link', { name: 'API', exact: true }).click();
  await page.getByLabel('Resource Access').selectOption({ label: 'Custom' });
  await page.locator('input[value="Magento_Catalog::products"]').check();
  await page.locator('input[value="Magento_Backend::store"]').check();
  await picture(page, 'new-integration');
  await page.getByRole('link', { name: 'Integration Info' }).click();
  await page.getByLabel('Your Password').fill('wrong');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await said(page, 'The password entered for the current user is invalid. Verify the password and try again.');
  assert.equal(await field(page, 'Name').inputValue(), 'By hand', 'what was typed is kept');
  await page.getByLabel('Your Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await said(page, "The integration 'By hand' has been saved.");
  await row(page, 'By hand').getByText('Integration not secure').waitFor();
  await said(page, 'Warning! Integrations not using HTTPS are insecure');
  await picture(page, 'integrations');

  await row(page, 'By hand').getByRole('link', { name: 'Activate' }).click();
  await page.getByText('asks you to approve access to the following').waitFor();
  await picture(page, 'activate');
  await page.getByRole('button', { name: 'Allow' }).click();
  const first = await tokens(page);
  for (const value of Object.values(first)) assert.match(value, /^[0-9a-z]{32}$/);
  const products = `${base}/rest/V1/products?searchCriteria[pageSize]=1&fields=total_count`;
  const allowed = await signed('GET', products, first);
  assert.equal(allowed.status, 200, JSON.stringify(allowed.body));
  const refused = await signed('GET', `${base}/rest/V1/orders?searchCriteria[pageSize]=1`, first);
  assert.equal(refused.status, 401);
  assert.deepEqual(refused.body, {
    message: "The consumer isn't authorized to access %resources.",
    parameters: { resources: 'Magento_Sales::actions_view' },
  });
  await page.getByRole('link', { name: 'Done' }).click();

  await row(page, 'By hand').getByRole('link', { name: 'Reauthorize' }).click();
  await page.getByRole('button', { name: 'Reauthorize' }).click();
  await said(page, "The integration 'By hand' has been re-authorized.");
  const second = await tokens(page);
  assert.equal((await signed('GET', products, first)).status, 401, 'old tokens are refused');
  assert.equal((await signed('GET', products, second)).status, 200, 'new tokens work');
  await page.getByRole('link', { name: 'Done' }).click();

  assert.equal((await fetch(products)).status, 401);
  await page.getByRole('link', { name: 'Configuration', exact: true }).click();
  await page.getByRole('link', { name: 'Magento Web API' }).click();
  await page.getByLabel('Allow Anonymous Guest Access').selectOption({ label: 'Yes' });
  await page.getByRole('button', { name: 'Save Config' }).click();
  await said(page, 'You saved the configuration.');
  await picture(page, 'configuration');
  assert.equal((await fetch(products)).status, 200, 'guests may read products now');
  await page.getByLabel('Allow Anonymous Guest Access').selectOption({ label: 'No' });
  await page.getByRole('button', { name: 'Save Config' }).click();
  await said(page, 'You saved the configuration.');
  assert.equal((await fetch(products)).status, 401);

  await page.getByRole('link', { name: 'Integrations', exact: true }).click();
  await row(page, 'By hand').getByRole('link', { name: 'Remove' }).click();
  await page.getByRole('heading', { name: 'Are you sure?' }).waitFor();
  await page.getByRole('button', { name: 'OK' }).click();
  await said(page, "The integration 'By hand' has been deleted.");
  assert.equal((await signed('GET', products, second)).status, 401, 'a deleted integration is refused');
}

async function withThirdParty(page, name, enter) {
  await signIn(page);
  await page.getByRole('link', { name: 'Add New Integration' }).click();
  await field(page, 'Name').fill(name);
  await field(page, 'Callback URL').fill(`${erp}/callback`);
  await field(page, 'Identity link URL').fill(`${erp}/link`);
  await page.getByRole('link', { name: 'API', exact: true }).click();
  await page.getByLabel('Resource Access').selectOption({ label: 'All' });
  await page.getByRole('link', { name: 'Integration Info' }).click();
  await page.getByLabel('Your Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save & Activate' }).click();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Allow' }).click();
  await said(page, `Integration '${name}' has been sent for activation.`);
  await picture(page, 'exchange');
  const link = page.getByRole('link', { name: 'Sign in at the third party' });
  if (enter.clicksLink) await link.click();
  const party = await opened;
  await enter(party);
  await party.getByText('You can close this window').waitFor();
  await party.close();
  if (enter.clicksLink) await page.getByRole('link', { name: 'Refresh' }).click().catch(() => {});
  await said(page, `The integration '${name}' has been activated.`);
  await row(page, name).getByText('Active', { exact: true }).waitFor();
}

async function signUp(party) {
  await party.getByRole('link', { name: /sign up/i }).first().click();
  await party.getByLabel('Company').fill('Buyer & Co.');
  await party.getByLabel(/e-?mail/i).fill('buyer@example.com');
  for (const field of await party.locator('input[type=password]').all()) await field.fill('Secret-Word-77');
  await party.getByRole('button', { name: /sign up/i }).click();
}

async function logIn(party) {
  await party.getByLabel(/e-?mail/i).fill('buyer@example.com');
  await party.locator('input[type=password]').fill('Secret-Word-77');
  await party.getByRole('button', { name: /log in/i }).click();
}
logIn.clicksLink = true;

try {
  await byHand(await (await context()).newPage());
  console.log('by hand: passed');
  await withThirdParty(await (await context()).newPage(), 'Acme ERP', signUp);
  console.log('with a third party, signing up: passed');
  const plain = await context({ javaScriptEnabled: false });
  await withThirdParty(await plain.newPage(), 'Acme without scripts', logIn);
  console.log('without scripts, logging in: passed');
  assert.deepEqual(problems, [], 'no page had a problem');
} finally {
  await browser.close();
}
