import { render } from 'preact';
import '@vscode/codicons/dist/codicon.css';
import { connectHost } from './host';
import { DetailsPage } from './page';
import './page.css';
import './grid.css';
import './lineage.css';
import './run.css';
import './plots.css';

render(<DetailsPage host={connectHost()} />, document.body);
