import type { Call } from '../../model/call';
import type { Account } from '../provider';
import { userName } from '../userName';
import { DEFAULT_WORKSPACE, type MlflowServer } from './server';

/** Whom a connection acts as, and where: in the first of the wished workspaces that the server has. */
export async function accountOf(server: MlflowServer, username: string | undefined, wishes: readonly (string | undefined)[], call?: Call): Promise<Account> {
  const workspaces = await server.workspaces(call);
  const wanted = [...wishes, DEFAULT_WORKSPACE].find((each) => each !== undefined && workspaces.includes(each));
  const defaultWorkspace = wanted ?? workspaces[0] ?? DEFAULT_WORKSPACE;
  // Something that needs a sign-in, so that a wrong password shows here.
  await (await server.site(defaultWorkspace, call)).registry.models({ size: 1 }, call);
  return { name: username ?? userName(), defaultWorkspace };
}
