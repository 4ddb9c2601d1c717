/**
 * The script of the page: a button at each chart that puts one to zoom in its place. Nothing of what the page says depends on
 * it. It knows the page by its ids, and gets its numbers from the element `timeline`.
 */

export const PAGE_SCRIPT = `(() => {
  const { widthMs, charts } = JSON.parse(document.getElementById('timeline').textContent);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const two = (n) => String(Math.floor(n)).padStart(2, '0');
  const time = (s) => {
    if (s < 60) return +s.toFixed(2) + ' s';
    const clock = two((s % 3600) / 60) + ':' + two(s % 60);
    return s < 3600 ? clock : Math.floor(s / 3600) + ':' + clock;
  };
  const count = (n) => n?.toLocaleString('en-US') ?? '';
  const bars = uPlot.paths.bars({ align: 1, size: [0.85] });
  const stepped = uPlot.paths.stepped({ align: 1 });
  const linear = uPlot.paths.linear();
  const axis = (values) => ({ values: (_, all) => all.map(values), stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 }, font: '12px system-ui, sans-serif' });
  const draw = ({ lines, limit }, box) => {
    const isTotal = lines[0].shape === 'total';
    const size = lines[0].values.length;
    const times = Array.from({ length: size + 1 }, (_, at) => (at * widthMs) / 1000);
    const data = lines.map(({ values }) => (isTotal ? [0, ...values] : [...values, values[size - 1]]));
    const series = lines.map(({ label, shape, name }) => ({ label, value: (_, n) => count(n), width: shape === 'bar' ? 0 : 1.5,
      stroke: colour('--' + name), fill: shape === 'bar' ? colour('--' + name) : undefined,
      points: { show: false }, paths: { total: linear, step: stepped, bar: bars }[shape] }));
    if (limit !== undefined) {
      data.push(times.map(() => limit));
      series.push({ label: 'limit', value: (_, n) => count(n), stroke: colour('--limit'), dash: [5, 4], width: 1, points: { show: false } });
    }
    const most = Math.max(1, ...data.flat());
    return new uPlot({ width: box.clientWidth, height: 300, scales: { x: { time: false }, y: { range: [0, most * 1.08] } },
      axes: [axis(time), { ...axis(count), size: 64 }], series: [{ label: 'time', value: (_, s) => (s === null ? '' : time(s)) }, ...series],
      cursor: { drag: { x: true, y: false } } }, [times, ...data], box);
  };
  for (const chart of charts) {
    const figure = document.getElementById(chart.id);
    const box = document.createElement('div');
    box.className = 'zoom';
    figure.append(box);
    const button = document.createElement('button');
    button.type = 'button';
    button.title = 'Drag to zoom, double-click to see all';
    figure.querySelector('figcaption').append(button);
    let plot;
    const show = (isZoomed) => {
      plot?.destroy();
      plot = undefined;
      figure.classList.toggle('zoomed', isZoomed);
      button.textContent = isZoomed ? 'Close' : 'Zoom';
      if (isZoomed) plot = draw(chart, box);
    };
    button.addEventListener('click', () => show(plot === undefined));
    const again = () => plot && show(true);
    addEventListener('resize', again);
    dark.addEventListener('change', again);
    show(false);
  }
})();
`;
