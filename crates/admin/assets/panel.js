// What scripts improve: everything works without them.

for (const element of document.querySelectorAll('.scripted')) element.hidden = false;

// The menu is folded on small screens.
const menu = document.querySelector('.menu');
if (menu && window.matchMedia('(max-width: 860px)').matches) menu.open = false;

// Copy buttons.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard?.writeText(field.value);
    button.textContent = 'Copied';
  });
}

// The tree of resources: a parent ticks what lies below it and shows what is ticked in part.
const tree = document.querySelector('#resources .tree');
if (tree) {
  const rows = [...tree.querySelectorAll('li')];
  const depth = (row) => Number(row.dataset.depth);
  const box = (row) => row.querySelector('input');
  const below = (index) => {
    const found = [];
    for (let next = index + 1; next < rows.length && depth(rows[next]) > depth(rows[index]); next += 1) found.push(rows[next]);
    return found;
  };
  const show = () => {
    for (let index = rows.length - 1; index >= 0; index -= 1) {
      const children = below(index).map(box);
      const some = children.some((one) => one.checked);
      const all = children.every((one) => one.checked);
      box(rows[index]).indeterminate = children.length > 0 && some && !(all && box(rows[index]).checked);
    }
  };
  rows.forEach((row, index) => box(row).addEventListener('change', () => {
    for (const child of below(index)) box(child).checked = box(row).checked;
    show();
  }));
  // A parent that is ticked in part is posted too, as in Magento.
  tree.closest('form').addEventListener('submit', () => {
    for (const row of rows) if (box(row).indeterminate) box(row).checked = true;
  });
  show();

  const access = document.getElementById('all_resources');
  const whole = document.getElementById('resources');
  const toggle = () => { whole.hidden = access.value === '1'; };
  access.addEventListener('change', toggle);
  toggle();

  const search = document.getElementById('resource-search');
  search.addEventListener('input', () => {
    const wanted = search.value.trim().toLowerCase();
    const shown = rows.map((row) => !wanted || row.textContent.toLowerCase().includes(wanted));
    rows.forEach((row, index) => {
      const inside = below(index).some((child) => shown[rows.indexOf(child)]);
      row.hidden = !(shown[index] || inside);
    });
  });
}

// An exchange under way is followed on the server.
const exchange = document.querySelector('[data-state]');
if (exchange) {
  const steps = Number(exchange.dataset.steps);
  const link = document.getElementById('identity-link');
  // Where a pop-up is blocked the link stays.
  if (link && !sessionStorage.getItem(link.href)) {
    sessionStorage.setItem(link.href, 'opened');
    window.open(link.href, '_blank', 'noopener,noreferrer,width=680,height=510');
  }
  setInterval(async () => {
    const answer = await fetch(exchange.dataset.state, { headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    if (!answer.ok) return;
    const state = await answer.json();
    if (!state.running || state.steps !== steps) window.location.reload();
  }, 700);
}
