// Small helps for every form. Each form works without them.

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("change", (event) => {
  const control = event.target;
  // Filters that are picked from a list are applied at once.
  if (control.matches("select[data-submits]")) control.form.requestSubmit();
  // "Use system value" and a value of one's own exclude each other.
  if (control.dataset.inherits) {
    const field = document.getElementById(control.dataset.inherits);
    if (control.checked) field.value = field.dataset.default;
  }
  if (control.dataset.default !== undefined) {
    const box = document.querySelector(`[data-inherits="${control.id}"]`);
    if (box) box.checked = false;
  }
});

// What is to be copied stands in the field that the button names.
for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    const before = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = before; }, 1500);
  });
}
