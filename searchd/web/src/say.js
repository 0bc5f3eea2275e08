// One voice for the page: the only live region, outside of what is swapped.
const region = document.getElementById('said');
let timer;

export function say(text) {
  clearTimeout(timer);
  region.textContent = '';
  timer = setTimeout(() => {
    region.textContent = text;
  }, 600); // after focus has moved and been read
}
