import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { faultServer, type FaultServer } from '../support/faultServer';
import { until } from '../support/until';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

const right = `Basic ${Buffer.from('ada:right').toString('base64')}`;

/** A server that wants a sign-in, added by keyboard, with the mistakes that people make. */
describe('adding a server', () => {
  tellsOneStory();
  let server: FaultServer;
  let workbench: Workbench;

  before(async () => {
    server = await faultServer({
      answer: ({ path: target, headers }) => (target.includes('/server-info') || headers.authorization === right
        ? { headers: { 'Content-Type': 'application/json' }, body: '{}' }
        : { status: 401, body: 'You are not authenticated.' }),
    });
    workbench = await openWorkbench({ env: { MLFLOW_TRACKING_URI: 'https://mlflow.example', MLFLOW_TRACKING_USERNAME: 'ada' } });
  });

  after(async () => {
    await workbench.close();
    await server.close();
  });

  it('offers what the environment names and what is usual, and takes what is typed', async () => {
    await workbench.showArtifacts();
    await workbench.command('ML Artifacts: Add Connection…');
    await workbench.pick('Where are the artifacts kept?', 'MLflow');
    await workbench.question('Address of the MLflow server');
    assert.deepEqual(await workbench.choices(), ['From the environment: https://mlflow.example as ada', 'http://127.0.0.1:5000 a server on this machine']);
    await workbench.screenshot('connection-address');
    await workbench.quickInputBox.fill('mlflow.example:5000');
    await until(async () => (await workbench.choices()).join(' ') === 'http://mlflow.example:5000 https://mlflow.example:5000', 'an address is offered for either scheme');
    await workbench.answer('Address of the MLflow server', server.url);
  });

  it('asks for user name and password, the password behind dots', async () => {
    await workbench.question('How do you sign in to');
    await workbench.screenshot('connection-sign-in');
    await workbench.pick('How do you sign in to', 'User Name and Password');
    await workbench.answer('User name at', 'ada');
    await workbench.question('Password of ada at');
    assert.equal(await workbench.quickInputBox.getAttribute('type'), 'password');
    await workbench.answer('Password of ada at', 'wrong');
    await workbench.answer('Name of the connection', 'team');
  });

  it('says that the server refuses, and goes on with another password', async () => {
    await workbench.question('The server does not accept this user name or password.');
    await workbench.screenshot('connection-refused');
    assert.ok(!(await workbench.rows()).some(row => row.includes('team')), 'nothing is saved yet');
    await workbench.pick('What now?', 'Change the Sign-In…');
    await workbench.answer('How do you sign in to');
    await workbench.answer('User name at');
    await workbench.answer('Password of ada at', 'right');
  });

  it('shows the server below the embedded store', async () => {
    await workbench.row('team').waitFor();
    const rows = await workbench.rows();
    assert.deepEqual(rows.filter(row => /^(?:Local|team)/.test(row)), ['Local default', `team ${server.url.replace('http://', '')}`]);
    await workbench.screenshot('connection-added');
  });

  it('has no password in any file of the user', async () => {
    const user = path.dirname(workbench.store);
    const files = fs.readdirSync(user, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter(entry => entry.isFile() && /\.(?:json|log|txt)$/.test(entry.name));
    const leaking = files.map(entry => path.join(entry.parentPath, entry.name)).filter(file => /"right"|ada:right/.test(fs.readFileSync(file, 'utf8')));
    assert.deepEqual(leaking, []);
    assert.ok(files.length > 0);
  });

  it('shows a server that is gone as a row to try again, and the rest goes on', async () => {
    await server.close();
    await workbench.contextMenu(workbench.row('team'), 'Refresh');
    await workbench.expand('team');
    await workbench.row('Not reachable').waitFor();
    assert.equal(await workbench.textOf(workbench.row('Not reachable')), 'Not reachable Retry');
    await workbench.screenshot('connection-gone');
    await workbench.expand('Local');
    await workbench.row('Local').waitFor();
  });

  it('is removed from the menu of its row', async () => {
    await workbench.contextMenu(workbench.row('team'), 'Remove Connection…');
    await workbench.dialog('Remove the connection team?').getByRole('button', { name: 'Remove' }).click();
    await workbench.row('team').waitFor({ state: 'detached' });
  });
});
