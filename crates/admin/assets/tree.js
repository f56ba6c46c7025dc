// The tree of resources: a parent ticks what is below it, shows half a tick while that is mixed, and
// a search shows only what it finds. Without this the boxes are plain ones; the server adds the
// parents of what is ticked either way.
const root = document.querySelector("[data-tree]");

const box = (item) => item.querySelector(":scope > label > input");
const above = (item) => item.parentElement.closest("li");
const children = (item) => [...item.querySelectorAll(":scope > ul > li")].map(box);

function settle(item) {
  const below = children(item);
  const own = box(item);
  own.checked = below.every((one) => one.checked);
  own.indeterminate = !own.checked && below.some((one) => one.checked || one.indeterminate);
}

function search(list, words) {
  let any = false;
  for (const item of list.children) {
    const found = item.querySelector("label").textContent.toLowerCase().includes(words);
    const inner = item.querySelector("ul");
    const below = inner ? search(inner, found ? "" : words) : false;
    item.hidden = !(found || below);
    any ||= found || below;
  }
  return any;
}

if (root) {
  for (const half of root.querySelectorAll("[data-half]")) half.indeterminate = true;
  root.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox") return;
    const item = target.closest("li");
    for (const one of item.querySelectorAll("input")) {
      one.checked = target.checked;
      one.indeterminate = false;
    }
    for (let parent = above(item); parent; parent = above(parent)) settle(parent);
  });
  const field = root.querySelector("[data-tree-search]");
  const empty = root.querySelector("[data-tree-empty]");
  field.hidden = false;
  field.addEventListener("input", () => {
    empty.hidden = search(root.querySelector(".tree"), field.value.trim().toLowerCase());
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
