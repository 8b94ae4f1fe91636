import { render } from 'preact';
import '@vscode/codicons/dist/codicon.css';
import { ComparisonPage } from './comparisonPage';
import { connectComparison } from './comparisonWire';
import { connectHost } from './host';
import { DetailsPage } from './page';
import './page.css';
import './grid.css';
import './lineage.css';
import './run.css';
import './plots.css';

// The host writes into the empty page which one it is.
render(document.body.dataset['page'] === 'comparison' ? <ComparisonPage wire={connectComparison()} /> : <DetailsPage host={connectHost()} />, document.body);
