// A merchant's day done by an unmodified magento-api-rest: an order is created, found and commented; the catalog of
// the day before is brought up to date: categories, products one by one and in bulk, links, prices, pictures, stock.
//
// Environment: STORE_BASE, the store's address; STORE_CREDENTIALS, what integration:create prints as
// JSON; NODE_PATH, where the package is.
'use strict';

const assert = require('node:assert/strict');
const Magento = require('magento-api-rest').default;

const WITHIN = 20000;
const given = JSON.parse(process.env.STORE_CREDENTIALS);

/** A client of the routes behind `type`. */
function connected(type) {
  return new Magento({
    url: process.env.STORE_BASE,
    consumerKey: given.consumer_key,
    consumerSecret: given.consumer_secret,
    accessToken: given.access_token,
    tokenSecret: given.access_token_secret,
    sha: 256,
    timeout: WITHIN,
    type,
  });
}

const client = connected('V1');
const bulk = connected('async/bulk/V1');

const read = async (endpoint, params) => (await client.get(endpoint, params)).data;
const sent = async (method, endpoint, body) => (await client[method](endpoint, body)).data;

/** An order as a marketplace delivers it. */
async function orders() {
  const modules = await read('modules');
  assert(modules.includes('Magento_Sales'));

  const item = { sku: 'Müller & Söhne', name: 'A chair', qty_ordered: 2, price: 30, row_total: 60 };
  const entity = {
    customer_email: 'ada@example.com', state: 'new', status: 'pending', grand_total: 65,
    base_grand_total: 65, payment: { method: 'checkmo' }, items: [item],
  };
  const made = await sent('post', 'orders', { entity });

  const order = await read(`orders/${made.entity_id}`);
  assert.equal(order.increment_id, made.increment_id);
  assert.equal(order.items[0].sku, item.sku);

  const byNumber = { increment_id: made.increment_id, $sort: { entity_id: 'desc' }, $perPage: 5, $page: 1 };
  const found = await read('orders', byNumber);
  assert.equal(found.total_count, 1);
  assert.equal(found.items[0].entity_id, made.entity_id);

  const comments = `orders/${made.entity_id}/comments`;
  const comment = { comment: 'Packed – 100 % whole', is_customer_notified: 0, is_visible_on_front: 0 };
  assert.equal(await sent('post', comments, { statusHistory: comment }), true);
  const listed = (await read(comments)).items;
  assert.deepEqual(listed.map((one) => one.comment), [comment.comment]);
}

/** Waits until every operation of a bulk has ended well. */
async function finished({ data }) {
  assert.equal(data.errors, false);
  const end = Date.now() + WITHIN;
  for (;;) {
    const { operations_list: operations } = await read(`bulk/${data.bulk_uuid}/status`);
    const open = operations.filter((one) => one.status === 4);
    if (open.length === 0) {
      assert.deepEqual(operations.map((one) => one.status), data.request_items.map(() => 1), JSON.stringify(operations));
      return;
    }
    assert(Date.now() < end, 'the bulk is not worked on');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const SKUS = ['sync-lamp', 'sync-shade', 'sync-bulb', 'sync-cable'];

const simple = (sku, price) => ({ sku, name: `The ${sku}`, price, attribute_set_id: 4, type_id: 'simple', status: 1 });

/** Two categories below the root, the second one moved before the first; their ids. */
async function categories() {
  const ids = [];
  for (const name of ['Sync lighting', 'Sync spares']) {
    ids.push((await sent('post', 'categories', { category: { name, parent_id: 2, is_active: true } })).id);
  }
  const [lighting, spares] = ids;
  assert.equal(await sent('put', `categories/${lighting}/move`, { parentId: 2, afterId: spares }), true);
  const tree = await read('categories', { $page: 1 });
  const order = tree.children_data.filter((one) => ids.includes(one.id)).map((one) => one.id);
  assert.deepEqual(order, [spares, lighting]);
  const listed = await read('categories/list', { $or: [{ name: 'Sync lighting' }, { name: 'Sync spares' }] });
  assert.deepEqual(listed.items.map((one) => one.id), ids);
  return ids;
}

/** Products come singly and in bulk, and are found page by page. */
async function products(lighting, spares) {
  const category_links = [{ category_id: `${lighting}`, position: 1 }];
  const stock_item = { qty: 5, is_in_stock: true };
  const lamp = { ...simple(SKUS[0], 49.9), extension_attributes: { category_links, stock_item } };
  const made = await sent('post', 'products', { product: lamp });
  assert.deepEqual(made.extension_attributes.category_links, category_links);
  await finished(await bulk.post('products', SKUS.slice(1).map((sku, at) => ({ product: simple(sku, 5 + at) }))));
  await finished(await bulk.put('products/bySku', SKUS.map((sku) => ({ product: { sku, weight: 0.25 } }))));
  const link = (sku, position) => ({ productLink: { sku, position, category_id: `${spares}` } });
  await finished(await bulk.post('categories/byCategoryId/products', SKUS.slice(1).map(link)));

  const seen = [];
  for (let page = 1; page <= 3; page += 1) {
    const wanted = { filter_groups: [{ filters: [{ field: 'sku', value: SKUS.join(','), condition_type: 'in' }] }],
      sort_orders: [{ field: 'entity_id', direction: 'desc' }], page_size: 2, current_page: page };
    const { items, total_count: total } = await read('products', wanted);
    assert.equal(total, 4);
    seen.push(...items);
  }
  assert.deepEqual(seen.map((one) => one.sku), [...SKUS].reverse());
  assert.deepEqual(seen.map((one) => [one.price, one.weight]), [[7, 0.25], [6, 0.25], [5, 0.25], [49.9, 0.25]]);
  const inside = await read(`categories/${spares}/products`);
  assert.deepEqual(inside.map((one) => [one.sku, one.position]), SKUS.slice(1).map((sku, at) => [sku, at]));
  const since = await read('products', { $after: '2020-01-01 00:00:00', sku: SKUS[2] });
  assert.deepEqual(since.items.map((one) => one.sku), [SKUS[2]]);
  assert.equal((await read('products', { $from: '2020-01-01', $to: '2020-12-31', sku: SKUS[2] })).total_count, 0);
}

/** What is sold together, and what it costs. */
async function linksAndPrices() {
  const related = SKUS.slice(1).map((linked_product_sku, at) => ({ sku: SKUS[0], link_type: 'related',
    linked_product_sku, linked_product_type: 'simple', position: at + 1 }));
  assert.equal(await sent('post', `products/${SKUS[0]}/links`, { items: related }), true);
  assert.equal(await sent('delete', `products/${SKUS[0]}/links/related/${SKUS[2]}`), true);
  const linked = await read(`products/${SKUS[0]}/links/related`);
  assert.deepEqual(linked.map((one) => [one.linked_product_sku, one.position]), [[SKUS[1], 1], [SKUS[3], 3]]);

  const tier = { sku: SKUS[0], price: 39.5, price_type: 'fixed', website_id: 0, customer_group: 'ALL GROUPS', quantity: 3 };
  assert.deepEqual(await sent('post', 'products/tier-prices', { prices: [tier] }), []);
  assert.deepEqual(await sent('post', 'products/cost', { prices: [{ sku: SKUS[0], cost: 20, store_id: 0 }] }), []);
  assert.deepEqual(await sent('post', 'products/base-prices', { prices: [{ sku: SKUS[0], price: 45, store_id: 0 }] }), []);
  const lamp = await read(`products/${SKUS[0]}`);
  assert.equal(lamp.price, 45);
  assert.deepEqual(lamp.tier_prices.map((one) => [one.customer_group_id, one.qty, one.value]), [[32000, 3, 39.5]]);
  const cost = lamp.custom_attributes.find((one) => one.attribute_code === 'cost');
  assert.equal(Number(cost.value), 20);
}

/** A pixel, which is a picture nevertheless. */
async function picture() {
  const pixel = 'R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';
  const content = { base64_encoded_data: pixel, type: 'image/gif', name: 'lamp.gif' };
  const entry = { media_type: 'image', label: 'Lamp', position: 1, disabled: false, types: ['image', 'thumbnail'], content };
  const id = Number(await sent('post', `products/${SKUS[0]}/media`, { entry }));
  const changed = { id, media_type: 'image', label: 'The lamp', position: 2, disabled: true, types: ['image'] };
  assert.equal(await sent('put', `products/${SKUS[0]}/media/${id}`, { entry: changed }), true);
  const [found] = await read(`products/${SKUS[0]}/media`);
  const { label, position, disabled, types, file } = found;
  assert.deepEqual({ label, position, disabled, types, file },
    { label: 'The lamp', position: 2, disabled: true, types: ['image'], file: '/l/a/lamp.gif' });
}

/** The warehouse counts; what can be sold follows. */
async function stock() {
  const items = SKUS.map((sku, at) => ({ sku, source_code: 'default', quantity: 10 * at, status: 1 }));
  assert.deepEqual(await sent('post', 'inventory/source-items', { sourceItems: items }), []);
  const { item_id: id } = await read(`stockItems/${SKUS[1]}`);
  await sent('put', `products/${SKUS[1]}/stockItems/${id}`, { stockItem: { qty: 12.5, min_qty: 2, use_config_min_qty: false } });
  const salable = [];
  for (const sku of SKUS) salable.push(await read(`inventory/get-product-salable-quantity/${sku}/1`));
  assert.deepEqual(salable, [0, 10.5, 20, 30]);
  const counted = await read('inventory/source-items', { source_code: 'default', sku: SKUS[1] });
  assert.deepEqual(counted.items, [{ sku: SKUS[1], source_code: 'default', quantity: 12.5, status: 1 }]);
  assert.equal((await read(`stockStatuses/${SKUS[0]}`)).stock_status, 0);
}

/** What is sold no longer goes. */
async function cleared(ids) {
  for (const sku of SKUS) assert.equal(await sent('delete', `products/${sku}`), true);
  for (const id of ids) assert.equal(await sent('delete', `categories/${id}`), true);
  assert.equal((await read('products', { sku: SKUS[0] })).total_count, 0);
  const gone = await client.get(`products/${SKUS[0]}`).catch(({ response }) => response);
  assert.equal(gone.status, 404);
}

/** What a program of a merchant does. */
async function job() {
  await orders();
  const [lighting, spares] = await categories();
  await products(lighting, spares);
  await linksAndPrices();
  await picture();
  await stock();
  await cleared([lighting, spares]);
}

job().catch((error) => {
  const { response, message } = error;
  // The error as a whole shows the request's headers.
  console.error(response ? `${response.status} ${JSON.stringify(response.data)}` : message);
  process.exitCode = 1;
});
