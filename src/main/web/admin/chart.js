import UPlot from 'uplot/dist/uPlot.esm.js';

const HEIGHT = 170;

const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * `<admin-chart>`: one curve over days, from a zero line, with its last number written beside it.
 * Set `data` to `{ days, points, unit, label, dayWord }`; `chart-day` tells which day is pointed at.
 */
export class Chart extends HTMLElement {
  #data = null;
  #plot = null;
  #size = new ResizeObserver(() => this.#fit());
  #redraw = () => this.#draw();

  set data(data) {
    if (data === this.#data) return;
    this.#data = data;
    if (this.isConnected) this.#draw();
  }

  connectedCallback() {
    this.#size.observe(this);
    dark.addEventListener('change', this.#redraw);
    this.#draw();
  }

  disconnectedCallback() {
    this.#size.disconnect();
    dark.removeEventListener('change', this.#redraw);
    this.#plot?.destroy();
    this.#plot = null;
  }

  #fit() {
    if (this.#plot && this.clientWidth) this.#plot.setSize({ width: this.clientWidth, height: HEIGHT });
  }

  #draw() {
    this.#plot?.destroy();
    const { days, points, unit, dayWord } = this.#data;
    const style = getComputedStyle(this);
    const [ink, muted, line, accent] = ['ink', 'muted', 'line', 'curve'].map((name) =>
      style.getPropertyValue(`--chart-${name}`).trim(),
    );
    const font = `12px ${style.fontFamily}`;
    const axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const options = {
      width: this.clientWidth || 300,
      height: HEIGHT,
      padding: [14, 44, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 26, space: 70, values: (_, at) => at.map((s) => dayWord(s * 1000)) },
        { ...axis, label: unit, labelGap: 2, labelFont: font, labelSize: 18, size: 54, space: 36, incrs: steps },
      ],
      series: [
        {},
        { stroke: accent, width: 2, fill: `${accent}22`, points: { size: 5, fill: accent }, spanGaps: true },
      ],
      hooks: {
        draw: [(plot) => writeLast(plot, points, ink, font)],
        setCursor: [({ cursor }) => this.#point(cursor.idx)],
      },
    };
    this.#plot = new UPlot(options, [days.map((day) => day / 1000), points], this);
  }

  #point(index) {
    this.dispatchEvent(new CustomEvent('chart-day', { detail: index ?? null }));
  }
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7];

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** The number beside the end of the curve. */
function writeLast(plot, points, colour, font) {
  const last = points.findLastIndex((point) => point !== null);
  if (last < 0) return;
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.font = font.replace('12px', `600 ${12 * ratio}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const x = plot.valToPos(plot.data[0][last], 'x', true) + 8 * ratio;
  ctx.fillText(short.format(points[last]), x, plot.valToPos(points[last], 'y', true));
  ctx.restore();
}
