/** The libraries out of WebJars, and the one place that knows their versions. The heavy ones come when a page asks for them. */

export { html, svg, render, nothing } from '/webjars/lit-html/3.3.2/lit-html.js';
export { guard } from '/webjars/lit-html/3.3.2/directives/guard.js';
export { repeat } from '/webjars/lit-html/3.3.2/directives/repeat.js';

const UPLOT = '/webjars/uplot/1.6.30/dist';
const CYTOSCAPE = '/webjars/cytoscape/3.33.1/dist';
const SWAGGER = '/webjars/swagger-ui/5.34.1';

/** The class of plots. */
export async function loadPlot() {
  await Promise.all([parts.style(`${UPLOT}/uPlot.min.css`), parts.script(`${UPLOT}/uPlot.iife.min.js`)]);
  return globalThis.uPlot;
}

/** The function that makes graphs. */
export async function loadGraph() {
  reserveGraphStyle();
  await parts.script(`${CYTOSCAPE}/cytoscape.min.js`);
  return globalThis.cytoscape;
}

/** The function that browses an OpenAPI document. */
export async function loadSwagger() {
  await Promise.all([parts.style(`${SWAGGER}/swagger-ui.css`), parts.script(`${SWAGGER}/swagger-ui-bundle.js`)]);
  return globalThis.SwaggerUIBundle;
}

/** Cytoscape writes a style element unless one of this id is there, and the Content-Security-Policy forbids it one. */
function reserveGraphStyle() {
  const id = '__________cytoscape_stylesheet';
  if (!document.getElementById(id)) {
    const mark = document.createElement('meta');
    mark.id = id;
    document.head.append(mark);
  }
}
