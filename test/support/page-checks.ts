/**
 * What can be asked of any page, as JavaScript that runs in it: each is an expression that gives what is wrong. They are
 * text since the tests know no DOM types.
 */

/** What sticks out of the window to the right, and can't be scrolled inside something. */
export const overflow = `document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 100))
  : []`;

/** Fields, buttons and links that nobody can name, and a page without a language. */
export const namelessControls = `[...document.querySelectorAll('a, button, input, select, textarea, img, html:not([lang])')]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.textContent.trim() || one.labels?.[0]?.textContent.trim() || one.getAttribute('aria-label') || one.hasAttribute('alt')))
  .map((one) => one.outerHTML.slice(0, 100))`;

/** Texts with less contrast than 4.5 to what is behind them (WCAG AA). */
export const faintTexts = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (color) => channels(color).slice(0, 3).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (one) => {
    const color = one ? getComputedStyle(one).backgroundColor : 'white';
    return channels(color)[3] === 0 ? behind(one.parentElement) : color;
  };
  const contrast = (one) => {
    const [high, low] = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((one) => [contrast(one), one])
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, one]) => ratio.toFixed(2) + ' ' + one.outerHTML.slice(0, 100));
})()`;
