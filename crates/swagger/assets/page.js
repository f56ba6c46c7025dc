// Puts swagger-ui into the page: the chosen document, read as the caller whose token stands in the form.
'use strict';

const field = (id) => document.getElementById(id);
const store = /^[a-z0-9_]+$/i.exec(new URLSearchParams(location.search).get('store') ?? '')?.[0] ?? 'all';
const documents = {
  open: '/openapi.json',
  schema: `/rest/${store}/schema?services=all`,
  async: `/rest/${store}/async/schema?services=all`,
  bulk: `/rest/${store}/async/bulk/schema?services=all`,
};
let token = '';

function chosen() {
  return documents[field('document').value];
}

// Another server would get to know the token.
function asCaller(request) {
  const isOwn = new URL(request.url, location.href).origin === location.origin;
  if (isOwn && token && !request.headers.Authorization) request.headers.Authorization = `Bearer ${token}`;
  return request;
}

function told() {
  const { paths = {} } = ui.specSelectors.specJson().toJS();
  const methods = ['get', 'post', 'put', 'delete'];
  const count = Object.values(paths).flatMap((path) => methods.filter((method) => method in path)).length;
  const whose = token ? 'with this token; an unknown one counts as none' : 'without a token';
  field('status').textContent = `${count} operations ${whose}`;
  if (token && field('document').value === 'open') ui.preauthorizeApiKey('token', token);
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const coloured = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', coloured);
coloured();

const ui = SwaggerUIBundle({
  dom_id: '#ui',
  url: chosen(),
  deepLinking: false,
  defaultModelsExpandDepth: 0,
  docExpansion: 'none',
  filter: true,
  layout: 'BaseLayout',
  onComplete: () => setTimeout(told),
  presets: [SwaggerUIBundle.presets.apis],
  queryConfigEnabled: false,
  requestInterceptor: asCaller,
  tagsSorter: 'alpha',
  validatorUrl: null,
});

function read() {
  token = field('token').value.trim();
  field('status').textContent = 'Reading …';
  if (ui.authSelectors.authorized()?.has('token')) ui.authActions.logout(['token']);
  ui.specActions.updateUrl(chosen());
  ui.specActions.download(chosen());
}
field('document').addEventListener('change', read);
field('choice').addEventListener('submit', (event) => {
  event.preventDefault();
  read();
});
