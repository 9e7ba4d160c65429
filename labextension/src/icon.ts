/** The panel's own icon: a nabla, the sign of a gradient, with the tick of a check. */

import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <g class="jp-icon3" fill="none" stroke="#616161" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
    <path class="jp-icon3" fill="none" stroke="#616161" d="M19.5 11L21.5 4h-19l8 17 2.2-4.6"/>
    <path class="jp-icon3" fill="none" stroke="#616161" d="M13.5 17l3 3 6-6.5"/>
  </g>
</svg>`;

export const gradcheckIcon = new LabIcon({ name: 'jupyterlab-gradcheck:icon', svgstr: SVG });
