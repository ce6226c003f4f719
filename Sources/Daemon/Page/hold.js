/** A button that must be held, so that no brush of a glove presses it. */

const heldMilliseconds = 1000;
/** A press that no finger and no key has begun comes from a screen reader: it is asked twice. */
const askedMilliseconds = 6000;
const keys = ['Space', 'Enter', 'NumpadEnter'];

/**
 * Calls `done` once the button was held for a second by a finger, a mouse, Space or Enter, and
 * `released` when it was let go before. `asked` is called on the first of two presses that a screen
 * reader makes, which cannot hold.
 */
export function onHold(button, { done, released, asked }) {
  let timer = null;
  let isHeld = false;
  let askedAt = -Infinity;

  function begin() {
    if (isHeld) return;
    isHeld = true;
    button.classList.add('held');
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(20);
    timer = setTimeout(() => {
      end();
      if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([80, 40, 80]);
      done();
    }, heldMilliseconds);
  }

  function end() {
    isHeld = false;
    clearTimeout(timer);
    button.classList.remove('held');
  }

  function release() {
    if (!isHeld) return;
    end();
    released();
  }

  // The finger is kept, so that one that slides a little off the button still stops.
  button.addEventListener('pointerdown', (press) => {
    if (press.button !== 0) return;
    try { button.setPointerCapture(press.pointerId); } catch { /* It is gone already. */ }
    begin();
  });
  button.addEventListener('pointerup', release);
  button.addEventListener('pointercancel', release);
  button.addEventListener('contextmenu', (menu) => menu.preventDefault());
  button.addEventListener('keydown', (key) => {
    if (!keys.includes(key.code)) return;
    key.preventDefault();
    key.stopPropagation();
    if (!key.repeat) begin();
  });
  button.addEventListener('keyup', (key) => {
    if (!keys.includes(key.code)) return;
    key.preventDefault();
    release();
  });
  button.addEventListener('blur', () => { if (!button.matches(':active')) release(); });
  button.addEventListener('click', (click) => {
    if (click.detail > 0) return;
    if (Date.now() - askedAt < askedMilliseconds) done(); else asked();
    askedAt = Date.now();
  });
}
