/* Comfort, never need: every page works without this file. */
(function () {
  'use strict';
  var doc = document, exit = doc.querySelector('[data-quick-exit]');

  /* Quick exit. The page is covered first, the session is ended beside, and the address is replaced, so that Back
     does not lead here. Pages of ours that stay in this tab's history are left again when Back shows them. */
  function leave(event) {
    if (event) event.preventDefault();
    doc.documentElement.className = 'gone';
    doc.title = '…';
    try { sessionStorage.setItem('gone', '1'); } catch (e) { /* storage may be switched off */ }
    try { navigator.sendBeacon(exit.getAttribute('href')); } catch (e) { /* the link below still leaves */ }
    location.replace(exit.getAttribute('data-quick-exit'));
  }
  if (exit) {
    exit.addEventListener('click', leave);
    var presses = 0, alone = false, timer, said = doc.createElement('p');
    said.className = 'unseen';
    said.setAttribute('role', 'status');
    doc.body.appendChild(said);
    doc.addEventListener('keydown', function (e) {
      alone = e.key === 'Shift' && !e.ctrlKey && !e.altKey && !e.metaKey;
      if (!alone) presses = 0;
    });
    doc.addEventListener('keyup', function (e) {
      if (e.key !== 'Shift' || !alone) return;
      clearTimeout(timer);
      presses += 1;
      if (presses === 3) { leave(); return; }
      if (presses === 2) said.textContent = exit.getAttribute('data-again');
      timer = setTimeout(function () { presses = 0; said.textContent = ''; }, 4000);
    });
    addEventListener('pageshow', function (e) {
      try {
        var way = performance.getEntriesByType('navigation')[0];
        if (sessionStorage.getItem('gone') && (e.persisted || (way && way.type === 'back_forward'))) leave();
        else sessionStorage.removeItem('gone');
      } catch (x) { /* nothing to undo */ }
    });
  }

  /* After an error the list of what to put right takes the focus. */
  var wrong = doc.querySelector('[data-focus]');
  if (wrong) wrong.focus();

  /* A passphrase can be read while it is typed, and is hidden again before it is sent. */
  doc.querySelectorAll('[data-show]').forEach(function (button) {
    var field = doc.getElementById(button.getAttribute('data-show')), show = button.textContent;
    function turn(open) {
      field.type = open ? 'text' : 'password';
      button.textContent = open ? button.getAttribute('data-hide-label') : show;
    }
    button.hidden = false;
    button.addEventListener('click', function () { turn(field.type === 'password'); field.focus(); });
    if (field.form) field.form.addEventListener('submit', function () { turn(false); });
  });

  /* A second press of the same button within a few seconds does nothing; the server would notice it anyway. */
  doc.addEventListener('submit', function (e) {
    if (e.target.method !== 'post') return;
    if (e.target.dataset.sent) { e.preventDefault(); return; }
    e.target.dataset.sent = '1';
    setTimeout(function () { delete e.target.dataset.sent; }, 4000);
  });
  /* "Near me": the device compares where it is with the list on the page, and tells nobody. */
  var nearest = doc.querySelectorAll('[data-nearest]');
  if (nearest.length && navigator.geolocation) {
    nearest.forEach(function (one) { one.hidden = false; });
    nearest[0].addEventListener('click', function () {
      navigator.geolocation.getCurrentPosition(function (here) {
        var best, least = Infinity, squeeze = Math.cos(here.coords.latitude * Math.PI / 180);
        doc.querySelectorAll('[data-at]').forEach(function (link) {
          var at = link.getAttribute('data-at').split(' ');
          var far = Math.pow(at[0] - here.coords.latitude, 2) + Math.pow((at[1] - here.coords.longitude) * squeeze, 2);
          if (far < least) { least = far; best = link; }
        });
        if (best) location.href = best.href;
      }, function () {
        nearest.forEach(function (one) { one.hidden = true; });
        var said = doc.querySelector('[data-nowhere]');
        said.textContent = said.getAttribute('data-nowhere');
      });
    });
  }

  doc.querySelectorAll('[data-print]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { print(); });
  });
})();
