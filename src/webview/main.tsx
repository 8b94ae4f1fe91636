import { render, type VNode } from 'preact';
import '@vscode/codicons/dist/codicon.css';
import { ComparisonPage } from './comparisonPage';
import { connectComparison } from './comparisonWire';
import { connectHost } from './host';
import { DetailsPage } from './page';
import { RunTablePage } from './runTable';
import { connectRunTable } from './runTableHost';
import './page.css';
import './grid.css';
import './lineage.css';
import './run.css';
import './plots.css';
import './runTable.css';

render(pageOf(document.body.dataset['page']), document.body);

/** The host writes into the empty page which one it is. */
function pageOf(kind: string | undefined): VNode {
  switch (kind) {
    case 'comparison':
      return <ComparisonPage wire={connectComparison()} />;
    case 'runTable':
      return <RunTablePage host={connectRunTable()} />;
    default:
      return <DetailsPage host={connectHost()} />;
  }
}
