/**
 * The page's only script: moves a point along the curve. Without it everything else is there all the same.
 *
 * It is text, not code of this package: it runs in the page of whoever opens the report.
 */
export const SCRIPT = `
const box = document.querySelector('.try');
if (box) {
  const points = JSON.parse(box.querySelector('script').textContent);
  const range = box.querySelector('input');
  const dot = document.querySelector('.dot.moving');
  const show = () => {
    const point = points[range.value];
    dot.style.left = point.left + '%';
    dot.style.bottom = point.bottom + '%';
    range.setAttribute('aria-valuetext', point.limit);
    const name = document.createElement('b');
    name.textContent = point.limit;
    box.querySelector('output').replaceChildren(name, ': ' + point.text);
  };
  range.addEventListener('input', () => {
    dot.hidden = false;
    show();
  });
  show();
  box.hidden = false;
}
`;
