/** The panel's own icon: a nabla, the sign of a gradient, with the tick of a check. */

import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <g class="jp-icon3" fill="#616161">
    <path fill-rule="evenodd" d="M1 3h18l-9 16.8zM4.5 5.1h11L10 15.4z"/>
    <path d="M14.6 15.6l-1.5 1.5 3.9 4.1 6.2-6.6-1.5-1.5-4.7 5z"/>
  </g>
</svg>`;

export const gradcheckIcon = new LabIcon({ name: 'jupyterlab-gradcheck:icon', svgstr: SVG });
