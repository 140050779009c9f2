/** The history of an app's probes as a small plot, and in one sentence. */

import { html, loadPlot, nothing } from '../libraries.js';
import { get, path } from '../api.js';
import { clockTime, count, time } from '../format.js';
import { empty, lostBox } from './marks.js';

const KEPT = 120;
const HEIGHT = 96;
/** Seconds below which the axis tells seconds, too. */
const SHORT = 600;

export class ProbePlot {
  #page;
  #probes = [];
  #instance;
  #plot;
  #drawnProbes;
  #lost = false;
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #recolour = () => this.#forgetPlot();
  #resize = new ResizeObserver(([{ contentRect }]) => this.#plot?.setSize({ width: Math.floor(contentRect.width), height: HEIGHT }));

  /** @param {import('../page.js').Page} page of the app */
  constructor(page) {
    this.#page = page;
    this.#dark.addEventListener('change', this.#recolour);
  }

  async load() {
    const { items, instance } = await get(path('deployments', this.#page.app, 'probes'), this.#page.signal);
    this.#probes = items.slice(-KEPT);
    this.#instance = instance;
  }

  add({ at, healthy }) {
    if (at !== this.#probes.at(-1)?.at) {
      this.#probes = [...this.#probes, { at, healthy }].slice(-KEPT);
    }
  }

  template() {
    const failed = this.#probes.filter(({ healthy }) => !healthy);
    const last = failed.at(-1);
    return this.#probes.length ? html`
      <p>${this.#probes.length - failed.length} of the last ${count(this.#probes.length, 'probe')} passed${last ? html`; the last failure was ${time(last.at)}` : nothing}.
        ${this.#instance ? html`<span class="muted">Seen by instance ${this.#instance}.</span>` : nothing}</p>
      ${this.#lost ? lostBox('The plot could not be loaded', 'The sentence above says the same.', () => this.#loadAgain()) : nothing}
      <div id="probe-plot" class="plot" aria-hidden="true"></div>`
      : empty('No probe yet: the app does not run, is not probed, or this instance has just started.');
  }

  /** Draws the plot into its place, once the library is there. */
  async drawn() {
    const place = this.#page.root.querySelector('#probe-plot');
    if (!place || this.#lost || this.#drawnProbes === this.#probes && this.#plot?.root.isConnected) {
      return;
    }
    const Plot = await loadPlot().catch(() => undefined);
    if (!place.isConnected || this.#page.signal.aborted) {
      return;
    }
    if (!Plot) {
      this.#lost = true;
      this.#page.draw();
      return;
    }
    this.#drawnProbes = this.#probes;
    if (this.#plot?.root.isConnected) {
      this.#plot.setData(series(this.#probes));
      return;
    }
    this.#plot = new Plot(options(place), series(this.#probes), place);
    this.#resize.disconnect();
    this.#resize.observe(place);
  }

  #loadAgain() {
    this.#lost = false;
    this.#page.draw();
  }

  close() {
    this.#resize.disconnect();
    this.#dark.removeEventListener('change', this.#recolour);
    this.#forgetPlot();
  }

  #forgetPlot() {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#page.draw();
  }
}

/** Times in seconds; passed ones above, failed ones below. */
function series(probes) {
  return [
    probes.map(({ at }) => Date.parse(at) / 1000),
    probes.map(({ healthy }) => healthy ? 1 : null),
    probes.map(({ healthy }) => healthy ? null : 0),
  ];
}

function options(place) {
  const colour = (name) => getComputedStyle(place).getPropertyValue(name).trim();
  const points = (name, size) => ({ stroke: 'transparent', width: 0, points: { show: true, size, width: 0, fill: colour(name) } });
  return {
    width: Math.max(120, Math.floor(place.clientWidth)),
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    scales: { y: { range: [-0.5, 1.5] } },
    axes: [
      { stroke: colour('--muted'), grid: { show: false }, ticks: { stroke: colour('--line') }, font: '12px system-ui', size: 28,
        values: (_, ticks) => ticks.map((tick) => clockTime(tick * 1000).slice(0, ticks.at(-1) - ticks[0] < SHORT ? 8 : 5)), space: 70 },
      { stroke: colour('--muted'), grid: { stroke: colour('--line') }, ticks: { show: false }, font: '12px system-ui', size: 56,
        splits: () => [0, 1], values: () => ['failed', 'passed'] },
    ],
    series: [{}, points('--good', 6), points('--bad', 9)],
  };
}
