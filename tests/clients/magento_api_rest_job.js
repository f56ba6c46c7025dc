// A job done by an unmodified magento-api-rest: read the modules, create an order, find it, comment it.
//
// Environment: STORE_BASE, the store's address; STORE_CREDENTIALS, what integration:create prints as
// JSON; NODE_PATH, where the package is.
'use strict';

const assert = require('node:assert/strict');
const Magento = require('magento-api-rest').default;

const given = JSON.parse(process.env.STORE_CREDENTIALS);
const client = new Magento({
  url: process.env.STORE_BASE,
  consumerKey: given.consumer_key,
  consumerSecret: given.consumer_secret,
  accessToken: given.access_token,
  tokenSecret: given.access_token_secret,
  sha: 256,
  timeout: 20000,
});

/** What a program of a merchant does. */
async function job() {
  const modules = (await client.get('modules')).data;
  assert(modules.includes('Magento_Sales'));

  const item = { sku: 'Müller & Söhne', name: 'A chair', qty_ordered: 2, price: 30, row_total: 60 };
  const entity = {
    customer_email: 'ada@example.com', state: 'new', status: 'pending', grand_total: 65,
    base_grand_total: 65, payment: { method: 'checkmo' }, items: [item],
  };
  const made = (await client.post('orders', { entity })).data;

  const read = (await client.get(`orders/${made.entity_id}`)).data;
  assert.equal(read.increment_id, made.increment_id);
  assert.equal(read.items[0].sku, item.sku);

  const byNumber = { increment_id: made.increment_id, $sort: { entity_id: 'desc' }, $perPage: 5, $page: 1 };
  const found = (await client.get('orders', byNumber)).data;
  assert.equal(found.total_count, 1);
  assert.equal(found.items[0].entity_id, made.entity_id);

  const comments = `orders/${made.entity_id}/comments`;
  const comment = { comment: 'Packed – 100 % whole', is_customer_notified: 0, is_visible_on_front: 0 };
  assert.equal((await client.post(comments, { statusHistory: comment })).data, true);
  const listed = (await client.get(comments)).data.items;
  assert.deepEqual(listed.map((one) => one.comment), [comment.comment]);
}

job().catch((error) => {
  const { response, message } = error;
  // The error as a whole shows the request's headers.
  console.error(response ? `${response.status} ${JSON.stringify(response.data)}` : message);
  process.exitCode = 1;
});
