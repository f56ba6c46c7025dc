// The sections of a long form, one at a time. A section with a problem comes first.
const links = [...document.querySelectorAll("[data-sections] a")];
const sections = links.map((link) => document.getElementById(link.hash.slice(1)));

function show(hash) {
  const at = Math.max(0, links.findIndex((link) => link.hash === hash));
  links.forEach((link, n) => {
    if (n === at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    sections[n].hidden = n !== at;
  });
}

for (const link of links) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    show(link.hash);
  });
}
const wrong = sections.findIndex((section) => section.querySelector(".problem"));
show(wrong >= 0 ? links[wrong].hash : location.hash);
