// Follows the server: when what the page shows has changed, its content is fetched and replaced.
'use strict';
const main = () => document.getElementById('main');
const mark = document.getElementById('asof');
let busy = false;
let shown = main().innerHTML;

async function renew() {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(location.pathname, { cache: 'no-store' });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const content = page.getElementById('main');
    mark.textContent = page.getElementById('asof').textContent;
    // What has not changed stays as it is: a selection, the place of a screen reader.
    if (content.innerHTML === shown) return;
    shown = content.innerHTML;
    const lines = document.querySelector('.lines');
    const atEnd = lines && lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    const top = lines ? lines.scrollTop : 0;
    const focused = document.activeElement && main().contains(document.activeElement)
      ? document.activeElement.getAttribute('href') : null;
    for (const open of main().querySelectorAll('details[open]')) {
      const same = open.id && content.querySelector('#' + open.id);
      if (same) same.open = true;
    }
    main().replaceChildren(...content.childNodes);
    const next = document.querySelector('.lines');
    if (next) next.scrollTop = atEnd ? next.scrollHeight : top;
    if (focused) {
      for (const link of main().querySelectorAll('a')) {
        if (link.getAttribute('href') === focused) link.focus({ preventScroll: true });
      }
    }
  } finally {
    busy = false;
  }
}

const lines = document.querySelector('.lines');
if (lines) lines.scrollTop = lines.scrollHeight;
const events = new EventSource('/events?page=' + encodeURIComponent(location.pathname));
events.addEventListener('changed', () => renew().catch(lost));
events.onerror = lost;
events.onopen = () => mark.classList.remove('bad');

function lost() {
  mark.classList.add('bad');
  mark.textContent = 'not live: deployctl ui does not answer';
}
