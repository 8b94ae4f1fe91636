import { render } from 'preact';
import '@vscode/codicons/dist/codicon.css';
import { connectHost } from './host';
import { DetailsPage } from './page';
import { RunTablePage } from './runTable';
import { connectRunTable } from './runTableHost';
import './page.css';
import './grid.css';
import './lineage.css';
import './run.css';
import './runTable.css';

render(document.body.dataset['page'] === 'runTable' ? <RunTablePage host={connectRunTable()} /> : <DetailsPage host={connectHost()} />, document.body);
