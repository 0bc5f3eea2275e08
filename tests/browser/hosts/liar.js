/* Says that it is a search of 5000 pixels. */
window.parent.postMessage({ opastinHeight: 5000 }, '*');
