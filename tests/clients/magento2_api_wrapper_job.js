// A translator's and a merchandiser's job done by an unmodified magento2-api-wrapper: a select attribute, a configurable
// product with variations, a bundle and a group, texts by store view, custom options, sources and what can be sold.
//
// Environment: STORE_BASE, the store's address; STORE_CREDENTIALS, what integration:create prints as
// JSON; STORE_VIEW, the code of a further store view; NODE_PATH, where the package is.
'use strict';

const assert = require('node:assert/strict');
const Magento2Api = require('magento2-api-wrapper');

const given = JSON.parse(process.env.STORE_CREDENTIALS);
const client = new Magento2Api({
  api: {
    url: process.env.STORE_BASE,
    consumerKey: given.consumer_key,
    consumerSecret: given.consumer_secret,
    accessToken: given.access_token,
    tokenSecret: given.access_token_secret,
  },
  axios: { timeout: 20000 },
});

const ALL = { storeCode: 'all' };
const VIEW = { storeCode: process.env.STORE_VIEW };

/** The query of a search: groups of [field, condition, value], joined by AND. */
const criteria = (groups, rest = {}) => ({ params: { searchCriteria: { ...rest, filter_groups: groups.map((filters) => ({
  filters: filters.map(([field, condition_type, value]) => ({ field, condition_type, value })) })) } } });

const custom = (product, code) => product.custom_attributes.find((one) => one.attribute_code === code)?.value;
const bySku = (sku) => `products/${encodeURIComponent(sku)}`;

/** The answer that a call is refused with. */
const refusal = (call) => call.then(() => assert.fail('not refused'), (error) => {
  assert.equal(error.magento, client);
  return [error.response.status, error.response.data.message];
});

/** A select with a label and options in two languages; its id, and the ids of its options. */
async function attribute() {
  const label = (admin, view) => ({ label: admin, store_labels: [{ store_id: view, label: `${admin} (fr)` }] });
  const views = await client.get('store/storeViews');
  const view = views.find((one) => one.code === VIEW.storeCode).id;
  const made = await client.post('products/attributes', { attribute: {
    attribute_code: 'wrap_size', frontend_input: 'select', scope: 'global', is_filterable: true,
    default_frontend_label: 'Size', options: [label('S', view), label('M', view), label('L', view)] } });
  await client.post('products/attribute-sets/attributes', {
    attributeSetId: 4, attributeGroupId: 7, attributeCode: 'wrap_size', sortOrder: 50 });
  const options = await client.get('products/attributes/wrap_size/options', ALL);
  const there = await client.get('products/attributes/wrap_size/options', VIEW);
  assert.deepEqual(there.map((one) => one.label), [' ', 'S (fr)', 'M (fr)', 'L (fr)']);
  assert.deepEqual(there.map((one) => one.value), options.map((one) => one.value));
  return { id: made.attribute_id, values: options.slice(1).map((one) => one.value) };
}

const SIZES = ['wrap shirt/S', 'wrap shirt/M', 'wrap shirt/L'];

/** Three variations and the product that they belong to, in one payload. */
async function configurable({ id, values }) {
  const links = [];
  for (const [at, sku] of SIZES.entries()) {
    const product = { sku, name: `Shirt ${at}`, price: 20 + at, attribute_set_id: 4, type_id: 'simple', visibility: 1,
      extension_attributes: { stock_item: { qty: 4 * at, is_in_stock: at > 0 } },
      custom_attributes: [{ attribute_code: 'wrap_size', value: values[at] }] };
    links.push((await client.post('products', { product }, ALL)).id);
  }
  const option = { attribute_id: `${id}`, label: 'Size', position: 0, values: values.map((one) => ({ value_index: Number(one) })) };
  const product = { sku: 'wrap-shirt', name: 'Shirt', attribute_set_id: 4, type_id: 'configurable',
    extension_attributes: { stock_item: { is_in_stock: true }, configurable_product_options: [option], configurable_product_links: links } };
  await client.post('products', { product }, ALL);
  const read = await client.get(bySku('wrap-shirt'));
  assert.deepEqual(read.extension_attributes.configurable_product_links, links);
  const children = await client.get('configurable-products/wrap-shirt/children');
  assert.deepEqual(children.map((one) => [one.sku, one.price]), SIZES.map((sku, at) => [sku, 20 + at]));
  assert.deepEqual(children.map((one) => custom(one, 'wrap_size')), values);
  const twin = { sku: 'wrap shirt/M2', name: 'Shirt M2', price: 9, attribute_set_id: 4, type_id: 'simple', visibility: 1,
    custom_attributes: [{ attribute_code: 'wrap_size', value: values[1] }] };
  const { id: same } = await client.post('products', { product: twin }, ALL);
  const both = { product: { sku: 'wrap-shirt', type_id: 'configurable', extension_attributes: {
    configurable_product_options: [option], configurable_product_links: [...links, same] } } };
  const [status, message] = await refusal(client.put(bySku('wrap-shirt'), both, ALL));
  assert.equal(status, 400);
  assert.match(message, /have the same set of attribute values/);
  assert.equal(await client.delete(bySku(twin.sku)), true);
  assert.deepEqual((await client.get(bySku('wrap-shirt'))).extension_attributes.configurable_product_links, links);
}

/** A bundle of two and a group of three of them. */
async function composites() {
  const link = (sku, at) => ({ sku, qty: at + 1, position: at, is_default: at === 0, can_change_quantity: 1, price: 0 });
  const option = { title: 'Shirts', required: true, type: 'checkbox', position: 1, product_links: SIZES.slice(1).map(link) };
  const codes = { price_type: 0, price_view: 0, shipment_type: 0, sku_type: 0, weight_type: 0 };
  const bundle = { sku: 'wrap-bundle', name: 'Two shirts', attribute_set_id: 4, type_id: 'bundle', price: 0,
    extension_attributes: { bundle_product_options: [option] },
    custom_attributes: Object.entries(codes).map(([attribute_code, value]) => ({ attribute_code, value })) };
  await client.post('products', { product: bundle }, ALL);
  const [kept] = await client.get('bundle-products/wrap-bundle/options/all');
  assert.deepEqual([kept.title, kept.product_links.map((one) => [one.sku, one.qty])],
    ['Shirts', [[SIZES[1], 1], [SIZES[2], 2]]]);
  const added = { linkedProduct: { sku: SIZES[0], qty: 3, position: 9, is_default: false, can_change_quantity: 0, option_id: kept.option_id } };
  assert(Number(await client.post(`bundle-products/wrap-bundle/links/${kept.option_id}`, added)) > 0);
  const children = await client.get('bundle-products/wrap-bundle/children');
  assert.deepEqual(children.map((one) => [one.sku, one.qty]), [[SIZES[1], 1], [SIZES[2], 2], [SIZES[0], 3]]);

  const group = { sku: 'wrap-group', name: 'Shirts of all sizes', attribute_set_id: 4, type_id: 'grouped',
    product_links: SIZES.map((sku, at) => ({ sku: 'wrap-group', link_type: 'associated', linked_product_sku: sku,
      linked_product_type: 'simple', position: at + 1, extension_attributes: { qty: at + 2 } })) };
  await client.post('products', { product: group }, ALL);
  const { product_links: links } = await client.get(bySku('wrap-group'));
  assert.deepEqual(links.map((one) => [one.linked_product_sku, one.position, one.extension_attributes.qty]),
    SIZES.map((sku, at) => [sku, at + 1, at + 2]));
}

/** A name in one store view; elsewhere it stays. */
async function translated() {
  const product = { name: 'Chemise', custom_attributes: [{ attribute_code: 'description', value: 'Une chemise à rayures' }] };
  await client.put(bySku('wrap-shirt'), { product }, VIEW);
  const [there, everywhere] = [await client.get(bySku('wrap-shirt'), VIEW), await client.get(bySku('wrap-shirt'), ALL)];
  assert.deepEqual([there.name, custom(there, 'description')], ['Chemise', 'Une chemise à rayures']);
  assert.deepEqual([everywhere.name, custom(everywhere, 'description')], ['Shirt', undefined]);
  const named = criteria([[['name', 'eq', 'Chemise']]]);
  assert.equal((await client.get('products', { ...named, ...VIEW })).total_count, 1);
  assert.equal((await client.get('products', { ...named, ...ALL })).total_count, 0);
  const back = { product: { custom_attributes: [{ attribute_code: 'description', value: null }] } };
  await client.put(bySku('wrap-shirt'), back, VIEW);
  assert.equal(custom(await client.get(bySku('wrap-shirt'), VIEW), 'description'), undefined);
}

/** Lists of every kind: alternatives, ranges, pages, partial answers. */
async function found() {
  const ours = [['sku', 'like', 'wrap%']];
  const skus = async (groups, rest) => (await client.get('products', criteria([ours, ...groups],
    { sortOrders: [{ field: 'entity_id', direction: 'ASC' }], ...rest }))).items.map((one) => one.sku);
  assert.deepEqual(await skus([]), [...SIZES, 'wrap-shirt', 'wrap-bundle', 'wrap-group']);
  assert.deepEqual(await skus([[['type_id', 'in', 'bundle,grouped']]]), ['wrap-bundle', 'wrap-group']);
  assert.deepEqual(await skus([[['price', 'gt', 20]], [['price', 'lteq', 22]]]), SIZES.slice(1));
  assert.deepEqual(await skus([[['name', 'eq', 'Shirt 0'], ['name', 'like', '%all sizes']]]), [SIZES[0], 'wrap-group']);
  assert.deepEqual(await skus([], { pageSize: 2, currentPage: 3 }), ['wrap-bundle', 'wrap-group']);
  assert.deepEqual(await skus([], { pageSize: 2, currentPage: 9 }), []);
  const partly = criteria([ours], { pageSize: 1 });
  partly.params.fields = 'items[sku,extension_attributes[website_ids]],total_count';
  assert.deepEqual(await client.get('products', partly),
    { items: [{ sku: SIZES[0], extension_attributes: { website_ids: [1] } }], total_count: 6 });
}

/** Engraving as an option of one product. */
async function options() {
  const option = { product_sku: SIZES[1], title: 'Engraving', type: 'field', is_require: false, sort_order: 1,
    price: 2.5, price_type: 'fixed', max_characters: 12 };
  const made = await client.post('products/options', { option });
  const changed = { ...option, option_id: made.option_id, title: 'Engraved', price: 3 };
  await client.put(`products/options/${made.option_id}`, { option: changed });
  const listed = await client.get(`${bySku(SIZES[1])}/options`);
  assert.deepEqual(listed.map((one) => [one.title, one.price, one.max_characters]), [['Engraved', 3, 12]]);
  assert.equal(await client.delete(`${bySku(SIZES[1])}/options/${made.option_id}`), true);
  assert.deepEqual(await client.get(`${bySku(SIZES[1])}/options`), []);
}

/** Two warehouses behind a stock of its own. */
async function stock() {
  for (const code of ['wrap_east', 'wrap_west']) {
    await client.post('inventory/sources', { source: { source_code: code, name: code, enabled: true, country_id: 'FR', postcode: '75001' } });
  }
  const id = await client.post('inventory/stocks', { stock: { name: 'Wrapped' } });
  const links = ['wrap_east', 'wrap_west'].map((source_code, at) => ({ stock_id: id, source_code, priority: at + 1 }));
  assert.deepEqual(await client.post('inventory/stock-source-links', { links }), []);
  const items = links.flatMap(({ source_code }, at) => SIZES.map((sku, size) => (
    { sku, source_code, quantity: at + size, status: at === 1 && size === 2 ? 0 : 1 })));
  assert.deepEqual(await client.post('inventory/source-items', { sourceItems: items }), []);
  const of = (sku) => client.get(`inventory/get-product-salable-quantity/${encodeURIComponent(sku)}/${id}`);
  assert.deepEqual([await of(SIZES[0]), await of(SIZES[1]), await of(SIZES[2])], [1, 3, 2]);
  assert.deepEqual(await refusal(of('wrap-shirt')),
    [400, "Can't check requested quantity for products without Source Items support."]);
  const west = criteria([[['source_code', 'eq', 'wrap_west']], [['quantity', 'gt', 1]]]);
  assert.deepEqual((await client.get('inventory/source-items', west)).items.map((one) => one.sku), SIZES.slice(1));
  assert.deepEqual(await client.post('inventory/source-items-delete', { sourceItems: items }), []);
  assert.equal(await of(SIZES[1]), 0);
  assert.deepEqual(await client.post('inventory/stock-source-links-delete', { links }), []);
  await client.delete(`inventory/stocks/${id}`);
}

/** What the job has made goes. */
async function cleared() {
  for (const sku of ['wrap-group', 'wrap-bundle', 'wrap-shirt', ...SIZES]) assert.equal(await client.delete(bySku(sku)), true);
  assert.equal(await client.delete('products/attributes/wrap_size'), true);
  assert.deepEqual(await refusal(client.get(bySku('wrap-shirt'))),
    [404, "The product that was requested doesn't exist. Verify the product and try again."]);
}

/** What a program of a merchant does. */
async function job() {
  const size = await attribute();
  await configurable(size);
  await composites();
  await translated();
  await found();
  await options();
  await stock();
  await cleared();
}

job().catch((error) => {
  const { response, message, stack } = error;
  // The error of a request shows the request's headers.
  console.error(response ? `${response.status} ${JSON.stringify(response.data)}` : stack || message);
  process.exitCode = 1;
});
