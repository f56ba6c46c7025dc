// The exchange with a third party: its window is opened by the click on Allow, and the page follows
// what happens on the server. Without scripts there is a link to the third party, and Refresh.

// A window that was opened before the answer is there is no pop-up to be blocked.
const form = document.querySelector("form[data-opens-window]");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const other = open("about:blank", "ferrite-identity", "popup,width=680,height=510");
  if (other) other.opener = null;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    if (told.identity_link_url) {
      if (other) other.location = told.identity_link_url;
      location.assign(other ? told.next : `${told.next}?blocked=1`);
      return;
    }
    other?.close();
    location.assign(told._redirect ?? location.href);
  } catch {
    other?.close();
    location.reload();
  }
});

// Whatever has happened is shown by the server: the page is loaded again.
const page = document.querySelector("[data-follows]");
if (page) {
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(page.dataset.follows, { headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (told.state === page.dataset.state) return;
      clearInterval(timer);
      location.replace(location.pathname);
    } catch {
      // The server is away for a moment; the next turn asks again.
    }
  }, 1000);
}
