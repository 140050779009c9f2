/** The drawing of the whole graph: each group of connected apps in layers, the groups packed beside each other. */

import { link } from './router.js';
import { HEALTHS, STATES } from './words.js';

const WIDTH = 150;
const HEIGHT = 34;
const ACROSS = 24;
const DOWN = 70;
const BETWEEN = 70;
/** Nodes beside each other before a layer breaks into a second row. */
const LAYER = 12;

export class GraphDrawing {
  #graph;
  #known = '';
  #here;
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #recolour = () => this.#graph.style(style(this.#graph.container()));

  /**
   * @param {Function} cytoscape
   * @param {HTMLElement} place
   * @param {string | null} here the app the reader comes from
   * @param {(app: string | undefined) => void} pointed told which app the pointer is on
   */
  constructor(cytoscape, place, here, pointed) {
    this.#here = here;
    this.#graph = cytoscape({
      container: place, style: style(place), minZoom: 0.05, maxZoom: 2.5, autoungrabify: true, boxSelectionEnabled: false,
    });
    this.#graph.on('tap', 'node', ({ target }) => {
      location.hash = link('apps', target.id());
    });
    this.#graph.on('mouseover mouseout', 'node', ({ type, target }) => {
      place.classList.toggle('pointing', type === 'mouseover');
      target.closedNeighborhood().toggleClass('near', type === 'mouseover');
      pointed(type === 'mouseover' ? target.id() : undefined);
    });
    this.#dark.addEventListener('change', this.#recolour);
  }

  /** Draws anew if apps or edges came or went; otherwise only colours change. */
  show({ nodes, edges }, alone) {
    const tied = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const shown = nodes.filter(({ app }) => alone || tied.has(app));
    const names = new Set(shown.map(({ app }) => app));
    const drawn = edges.filter(({ from, to }) => names.has(from) && names.has(to));
    const shape = JSON.stringify([[...names], drawn]);
    if (shape !== this.#known) {
      this.#known = shape;
      this.#layOut(shown, drawn);
    } else {
      this.#graph.batch(() => shown.forEach((node) => this.#graph.getElementById(node.app).data(dataOf(node))));
    }
  }

  fit() {
    this.#graph.animate({ fit: { padding: 20 }, duration: motion() });
  }

  zoom(factor) {
    const { width, height } = this.#graph.container().getBoundingClientRect();
    this.#graph.zoom({ level: this.#graph.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } });
  }

  /** Marks the apps whose name has this text in it. */
  point(text) {
    this.#graph.nodes().removeClass('found');
    if (text) {
      this.#graph.nodes().filter((node) => node.id().includes(text)).addClass('found');
    }
  }

  close() {
    this.#dark.removeEventListener('change', this.#recolour);
    this.#graph.destroy();
  }

  #layOut(nodes, edges) {
    const graph = this.#graph;
    graph.elements().remove();
    graph.add([
      ...nodes.map((node) => ({ data: dataOf(node) })),
      ...edges.map(({ from, to, kind }) => ({ data: { id: `${from} ${to}`, source: from, target: to, kind } })),
    ]);
    const places = pack(graph.elements().components().map(layers), graph.container());
    graph.nodes().positions((node) => places.get(node.id()));
    graph.fit(undefined, 20);
    const here = this.#here && graph.getElementById(this.#here);
    if (here?.nonempty()) {
      here.addClass('found');
      graph.fit(here.closedNeighborhood(), 60);
    }
  }
}

function dataOf({ app, state, health }) {
  const { sign, tone } = STATES[state] === undefined || state === 'healthy' ? HEALTHS[health] ?? HEALTHS.unknown : STATES[state];
  return { id: app, label: `${sign} ${app.length > 18 ? `${app.slice(0, 17)}…` : app}`, tone };
}

/** Rows of apps: those nothing depends on first, each dependency below all that need it. */
function layers(component) {
  const depth = new Map();
  const visit = (node, at, above) => {
    if (above.has(node.id()) || (depth.get(node.id()) ?? -1) >= at) {
      return;
    }
    depth.set(node.id(), at);
    const path = new Set(above).add(node.id());
    node.outgoers('node').forEach((below) => visit(below, at + 1, path));
  };
  const roots = component.nodes().filter((node) => node.indegree(false) === 0);
  (roots.nonempty() ? roots : component.nodes().slice(0, 1)).forEach((root) => visit(root, 0, new Set()));
  component.nodes().forEach((node) => visit(node, 0, new Set()));
  const rows = Map.groupBy(component.nodes().map((node) => node.id()), (id) => depth.get(id));
  return [...rows.keys()].sort((left, right) => left - right)
    .flatMap((key) => chunks(rows.get(key).sort(), LAYER));
}

/** Groups from left to right, in lines about as wide as the place is shaped. */
function pack(groups, place) {
  const sized = groups.map((rows) => ({
    rows, width: Math.max(...rows.map((row) => row.length)) * (WIDTH + ACROSS), height: rows.length * (HEIGHT + DOWN),
  })).sort((left, right) => right.height - left.height || right.width - left.width);
  const area = sized.reduce((sum, { width, height }) => sum + (width + BETWEEN) * (height + BETWEEN), 0);
  const wide = Math.max(...sized.map(({ width }) => width), Math.sqrt(area * place.clientWidth / place.clientHeight));
  const places = new Map();
  let [x, y, line] = [0, 0, 0];
  for (const { rows, width, height } of sized) {
    if (x > 0 && x + width > wide) {
      [x, y, line] = [0, y + line + BETWEEN, 0];
    }
    rows.forEach((row, down) => row.forEach((id, across) => places.set(id, {
      x: x + (width - row.length * (WIDTH + ACROSS)) / 2 + (across + 0.5) * (WIDTH + ACROSS),
      y: y + down * (HEIGHT + DOWN),
    })));
    x += width + BETWEEN;
    line = Math.max(line, height);
  }
  return places;
}

function chunks(items, size) {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function style(place) {
  const colour = (name) => getComputedStyle(place).getPropertyValue(name).trim();
  const tone = (name) => ({
    selector: `node[tone="${name}"]`,
    style: { 'background-color': colour(`--${name}-soft`), 'border-color': colour(`--${name}`), color: colour(`--${name}`) },
  });
  return [
    { selector: 'node', style: {
      shape: 'round-rectangle', width: WIDTH, height: HEIGHT, label: 'data(label)', 'font-size': 14, 'font-family': 'system-ui, sans-serif', 'text-valign': 'center',
      'border-width': 1.5, 'min-zoomed-font-size': 5,
    } },
    ...['good', 'busy', 'warn', 'bad', 'idle'].map(tone),
    { selector: 'node[tone="bad"]', style: { 'border-width': 3, shape: 'octagon' } },
    { selector: 'edge', style: {
      width: 1.5, 'line-color': colour('--line-strong'), 'target-arrow-color': colour('--line-strong'), 'target-arrow-shape': 'triangle', 'curve-style': 'bezier',
    } },
    { selector: 'edge[kind="SOFT"]', style: { 'line-style': 'dashed' } },
    { selector: 'edge.near', style: { width: 3, 'line-color': colour('--accent'), 'target-arrow-color': colour('--accent') } },
    { selector: 'node.found', style: { 'border-width': 5, 'border-color': colour('--accent') } },
  ];
}

const motion = () => matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200;
