import { projectAnswer } from '../answers';
import { anyText, digits, flag, oneOf, optional, queryFlag, text } from '../fields';
import { idOf, type Records } from '../records';
import { Refusal } from '../refusal';
import { type Asked, done, get, json, mustHave, post, type Route, textIn } from '../route';

/** Who, workspaces, projects. */
export const navigation: readonly Route[] = [
  get('account-details', {}, ({ records }) => json({ userName: records.user, defaultWorkspaceName: [...records.workspaces.keys()][0] })),
  get('workspaces', {}, ({ records }) => json({ workspaceNames: [...records.workspaces.keys()] })),
  get('projects', { workspaceName: text }, (asked) => json({ projects: projectsOf(asked) })),
  get('projects/page', {
    workspaceName: text, offset: optional(digits), count: optional(digits), sort: optional(anyText), order: optional(oneOf('asc', 'desc')),
    owner: optional(anyText), public: optional(queryFlag), search: optional(anyText),
  }, (asked) => {
    const { search = '', offset = '0', count = '100' } = asked.query;
    const found = projectsOf(asked).filter(({ projectName }) => projectName.toLowerCase().includes(search.toLowerCase()));
    return json({ projects: found.slice(Number(offset), Number(offset) + Number(count)) });
  }),
  get('project', { projectId: optional(text), workspaceName: optional(text), projectName: optional(text) }, ({ records, query }) => {
    const [workspace, project] = findProject(records, query);
    return json(projectAnswer(records, workspace, project));
  }),
  post('write/project/create', { workspaceName: text, projectName: text, projectDescription: optional(anyText), isPublic: optional(flag) }, ({ records, body }) => {
    const projects = records.workspaces.get(mustHave(body, 'workspaceName'));
    if (projects === undefined) {
      throw new Refusal(7777777, 'No such workspace');
    }
    projects.add(mustHave(body, 'projectName'));
    return done;
  }),
];

/** A project by its id, or by its names. */
export function findProject(records: Records, values: Readonly<Record<string, unknown>>): readonly [workspace: string, project: string] {
  const id = textIn(values, 'projectId') ?? idOf(mustHave(values, 'workspaceName'), mustHave(values, 'projectName'));
  const found = [...records.workspaces].flatMap(([workspace, projects]) => [...projects].map((project) => [workspace, project] as const))
    .find(([workspace, project]) => idOf(workspace, project) === id);
  if (found === undefined) {
    throw new Refusal(7777777, 'No such project');
  }
  return found;
}

function projectsOf({ records, quirks, query }: Asked): (object & { readonly projectName: string })[] {
  const workspace = mustHave(query, 'workspaceName');
  const projects = records.workspaces.get(workspace);
  if (projects === undefined && quirks.unknownWorkspace === 'refused') {
    throw new Refusal(7777777, 'No such workspace');
  }
  return [...projects ?? []].map((projectName) => ({ projectName, ...projectAnswer(records, workspace, projectName) }));
}
